"""The store where dynoxide does not run: moto, one thread at a time, in memory only (platform.md §4)."""

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

from infra.local.addresses import addresses

if __name__ == "__main__":
    # Single-threaded on purpose: with threads moto half-applies transactions.
    run_simple("127.0.0.1", addresses().store, DomainDispatcherApplication(create_backend_app), threaded=False)
