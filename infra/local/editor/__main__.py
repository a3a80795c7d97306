"""`python -m infra.local.editor`: serve the editor until stopped."""

from infra.local.addresses import addresses
from infra.local.editor.app import application
from infra.local.web import run

run(application(), addresses().editor)
