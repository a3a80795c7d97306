"""The local gateway: nginx puts site and functions under one origin, as CloudFront does in the cloud (design D12)."""

import os
from pathlib import Path

from infra.local.addresses import Addresses

CONFIG = """
daemon off;
{user}pid "{data}/nginx.pid";
# Only what stops nginx itself: its lesser complaints quote the whole request, with the secret of a link.
error_log "{data}/logs/gateway-error.log" emerg;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
  types {{
    text/html html; text/css css; application/javascript js; application/json json; application/manifest+json webmanifest;
    image/svg+xml svg; image/png png; image/x-icon ico; application/xml xml; text/plain txt; font/woff2 woff2; application/pdf pdf;
    application/wasm wasm;
  }}
  default_type application/octet-stream;
  charset utf-8;
  charset_types text/css application/javascript application/json application/xml text/plain;
  server_tokens off;
  client_body_temp_path "{data}/nginx/body";
  proxy_temp_path "{data}/nginx/proxy";
  fastcgi_temp_path "{data}/nginx/fastcgi";
  uwsgi_temp_path "{data}/nginx/uwsgi";
  scgi_temp_path "{data}/nginx/scgi";
  # Forms are small; with buffers of the same size, what a resident typed is never written to a file on the way.
  client_max_body_size 64k;
  client_body_buffer_size 64k;
  proxy_max_temp_file_size 0;
  gzip_min_length 256;
  gzip_types text/css application/javascript application/json application/wasm image/svg+xml application/xml text/plain;
  # What is logged (design D4): of the site the page that was shown, so that a mistyped secret is just /404.html; of the
  # functions the decoded path without the query, so that a secret written in another way is masked too.
  map $asked $shown {{
    "" $uri;
    default $asked;
    ~^/status/. /status/-;
    ~^/apply/resume/. /apply/resume/-;
    ~^/tablet/p/. /tablet/p/-;
  }}
  log_format plain '$time_iso8601 $request_method $shown $status $body_bytes_sent $request_time';
  access_log "{data}/logs/gateway-access.log" plain;
  # A page of another name that points here (DNS rebinding) gets nothing.
  server {{ listen 127.0.0.1:{port} default_server; return 421; }}
  server {{
    listen 127.0.0.1:{port};
    server_name localhost 127.0.0.1;
    root "{data}/site";
    absolute_redirect off;
    error_page 404 /404.html;
    location = /404.html {{ {headers} internal; }}
    location ~ ^/(apply|status|office|tablet|api|webhooks)(/|$) {{
      set $asked $uri;
      # Not compressed: these pages hold a form token and echo what was typed (BREACH).
      proxy_pass http://127.0.0.1:{functions};
      proxy_http_version 1.1;
      proxy_set_header Host $host:$server_port;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_read_timeout 29s;
      error_page 413 /too-large.html;
      error_page 502 504 /not-ready.html;
    }}
    location = /too-large.html {{ internal; {headers} root "{data}/pages"; }}
    location = /not-ready.html {{ internal; {headers} add_header Retry-After 5 always; root "{data}/pages"; }}
    location /assets/ {{
      gzip on;
      add_header Cache-Control "public, max-age=300";
      add_header X-Content-Type-Options nosniff;
      try_files $uri =404;
    }}
    location / {{
      gzip on;
      index index.html;
      {headers}
      try_files $uri $uri/ =404;
    }}
  }}
}}
"""
HEADERS = """add_header Content-Security-Policy "default-src 'self'; img-src 'self' data:; base-uri 'none'; \
frame-ancestors 'none'; form-action 'self'" always;
      add_header Referrer-Policy no-referrer always;
      add_header X-Content-Type-Options nosniff always;
      add_header Cache-Control no-cache always;"""

PAGE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}｜まどナビ</title><link rel="stylesheet" href="/assets/madonavi.css"></head>
<body><main class="page"><h1>{title}</h1>
<p class="lead">{text}</p>
<p><a class="button button--secondary" href="/">はじめのページへ</a></p></main></body></html>
"""
PAGES = {
    "not-ready.html": PAGE.format(
        title="ただいま準備中です", text="少し待ってから、もう一度開いてください。ここまでに保存された内容は残っています。"),
    "too-large.html": PAGE.format(
        title="送る内容が大きすぎます", text="前の画面にもどり、文を短くして、もう一度送ってください。"),
}
"""What the gateway says by itself: the functions are away, or the form is larger than any of ours."""


def write(data: Path, at: Addresses) -> Path:
    """Write the configuration and the gateway's own pages; returns the configuration's file."""
    for folder in ("nginx", "logs", "pages", "site"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (data / "pages" / name).write_text(page, "utf-8")
    file = data / "nginx.conf"
    # As root, nginx would give the work to another user, who may not read a data folder in root's home.
    user = "user root;\n" if os.geteuid() == 0 else ""
    file.write_text(CONFIG.format(data=data, port=at.gateway, functions=at.functions, user=user, headers=HEADERS), "utf-8")
    return file
