"""The local gateway: nginx puts site and functions under one origin, as CloudFront does in the cloud (design D12)."""

from pathlib import Path

from infra.local.addresses import Addresses

SECRET_PATHS = ("/status/", "/apply/resume/")
"""Paths whose next part is a secret; the access log must not keep it (design D4)."""

CONFIG = """
daemon off;
pid {data}/nginx.pid;
error_log {data}/logs/gateway-error.log warn;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  charset utf-8;
  server_tokens off;
  client_body_temp_path {data}/nginx/body;
  proxy_temp_path {data}/nginx/proxy;
  fastcgi_temp_path {data}/nginx/fastcgi;
  uwsgi_temp_path {data}/nginx/uwsgi;
  scgi_temp_path {data}/nginx/scgi;
  client_max_body_size 64k;
  gzip on;
  gzip_min_length 256;
  gzip_types text/css application/javascript text/javascript application/json image/svg+xml application/xml text/plain;
  map $uri $shown {{
    default $uri;
    ~^/status/.+ /status/-;
    ~^/apply/resume/.+ /apply/resume/-;
  }}
  log_format plain '$time_iso8601 $request_method $shown $status $body_bytes_sent $request_time';
  access_log {data}/logs/gateway-access.log plain;
  server {{
    listen 127.0.0.1:{port};
    root {data}/site;
    absolute_redirect off;
    error_page 404 /404.html;
    error_page 502 504 /ima-junbi.html;
    location = /ima-junbi.html {{ root {data}/pages; internal; }}
    location ~ ^/(apply|status|office|api|webhooks)(/|$) {{
      proxy_pass http://127.0.0.1:{functions};
      proxy_http_version 1.1;
      proxy_set_header Host $host:$server_port;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_read_timeout 29s;
    }}
    location /assets/ {{
      add_header Cache-Control "public, max-age=300";
      add_header X-Content-Type-Options nosniff;
      try_files $uri =404;
    }}
    location / {{
      index index.html;
      add_header Content-Security-Policy "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
      add_header Referrer-Policy no-referrer;
      add_header X-Content-Type-Options nosniff;
      add_header Cache-Control "no-cache";
      try_files $uri $uri/ =404;
    }}
  }}
}}
"""

NOT_READY = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>ただいま準備中です｜まどナビ</title><link rel="stylesheet" href="/assets/madonavi.css"></head>
<body><main class="page"><h1>ただいま準備中です</h1>
<p class="lead">少し待ってから、もう一度開いてください。ここまでに保存された内容は残っています。</p>
<p><a class="button button--secondary" href="/">はじめのページへ</a></p></main></body></html>
"""


def write(data: Path, at: Addresses) -> Path:
    """Write the configuration and the page for when the functions are away; returns the configuration's file."""
    for folder in ("nginx", "logs", "pages"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    (data / "pages" / "ima-junbi.html").write_text(NOT_READY, "utf-8")
    file = data / "nginx.conf"
    file.write_text(CONFIG.format(data=data, port=at.gateway, functions=at.functions), "utf-8")
    return file
