"""Derives `stripe_excerpt.json` from the types in Stripe's own Python package, which Stripe generates from its OpenAPI text.

Run by hand when the API version changes: `python -m tests.contract.derive_stripe_excerpt FOLDER > FILE`, where FOLDER is the
unpacked wheel. The wheel is read as text with `ast`; nothing of it runs, and only names and types are kept.
"""

import ast
import json
import sys
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

REQUESTS = {
    "POST /v1/checkout/sessions": ("params/checkout/_session_create_params.py", "SessionCreateParams"),
    "GET /v1/checkout/sessions": ("params/checkout/_session_list_params.py", "SessionListParams"),
    "GET /v1/checkout/sessions/{id}": ("params/checkout/_session_retrieve_params.py", "SessionRetrieveParams"),
    "POST /v1/checkout/sessions/{id}/expire": ("params/checkout/_session_expire_params.py", "SessionExpireParams"),
    "POST /v1/payment_intents/{id}/cancel": ("params/_payment_intent_cancel_params.py", "PaymentIntentCancelParams"),
    "POST /v1/refunds": ("params/_refund_create_params.py", "RefundCreateParams"),
    "GET /v1/refunds": ("params/_refund_list_params.py", "RefundListParams"),
}
OBJECTS = {"Session": "checkout/_session.py", "PaymentIntent": "_payment_intent.py", "Charge": "_charge.py",
           "Refund": "_refund.py", "Event": "_event.py"}
LOOKED_INTO = ("LineItem", "LineItemPriceData", "LineItemPriceDataProductData", "PaymentIntentData", "PaymentMethodOptions",
               "PaymentMethodOptionsCard", "PaymentMethodOptionsKonbini", "AdaptivePricing", "Created",
               "AutomaticTax", "CustomText", "NextAction", "KonbiniDisplayDetails", "Data")
"""Parts of a type that are kept; any other part is `left_out` and may not be used by our adapter."""
PLAIN = {"str": "string", "int": "integer", "bool": "boolean", "float": "number", "Decimal": "string", "Any": "any"}


class Types:
    """The classes of one generated file, by name."""

    def __init__(self, file: Path, prefix: str) -> None:
        tree = ast.parse(file.read_text("utf-8"))
        self.classes = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        self.prefix = prefix

    def of_class(self, name: str) -> Schema:
        """The class as an object schema; what is neither NotRequired nor Optional is required."""
        properties, required = {}, []
        for line in self.classes[name].body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and "ClassVar" not in ast.unparse(line):
                schema = self.of(line.annotation)
                if not schema.pop("optional", False) and not schema.get("nullable"):
                    required.append(line.target.id)
                properties[line.target.id] = schema
        return {"type": "object", "properties": properties, "required": required}

    def of(self, node: ast.expr) -> Schema:
        """A type expression as a schema."""
        match node:
            case ast.Constant(value=str(text)):
                return self.of(ast.parse(text, mode="eval").body)
            case ast.Name(id=name):
                return self._named(name)
            case ast.BinOp(op=ast.BitOr()):
                return self._any([node.left, node.right])
            case ast.Subscript(value=ast.Name(id=outer), slice=inner):
                return self._generic(outer, inner)
        return {"left_out": True}

    def _named(self, name: str) -> Schema:
        if name in PLAIN:
            return {"type": PLAIN[name]}
        if name in OBJECTS:
            return {"ref": name}
        if name in self.classes and name.removeprefix(self.prefix) in LOOKED_INTO:
            return self.of_class(name)
        return {"type": "object", "left_out": True}

    def _generic(self, outer: str, inner: ast.expr) -> Schema:
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        match outer:
            case "NotRequired":
                return {**self.of(inner), "optional": True}
            case "Optional":
                return {**self.of(inner), "nullable": True}
            case "List":
                return {"type": "array", "items": self.of(inner)}
            case "Dict" | "UntypedStripeObject":
                return {"type": "object", "values": self.of(parts[-1])}
            case "Literal":
                return {"type": "string", "enum": [part.value for part in parts if isinstance(part, ast.Constant)]}
            case "ExpandableField":
                return self._any([ast.Name("str"), inner])
            case "Union":
                return self._any(list(parts))
        return {"type": "object", "left_out": True}

    def _any(self, parts: list[ast.expr]) -> Schema:
        schemas: list[Schema] = []
        for part in parts:
            schema = self.of(part)
            schemas += schema.get("any", [schema])
        if any("enum" in one for one in schemas):  # `Literal[…] | str`: the published values, and whatever comes later
            schemas = [one for one in schemas if one != {"type": "string"}]
        kept = [one for place, one in enumerate(schemas) if one not in schemas[:place]]
        return kept[0] if len(kept) == 1 else {"any": kept}


def excerpt(folder: Path) -> Schema:
    """The whole excerpt with its header."""
    package = folder / "stripe"
    version = next(folder.glob("stripe-*.dist-info")).name.removeprefix("stripe-").removesuffix(".dist-info")
    api = next(node.value.value for node in ast.walk(ast.parse((package / "_api_version.py").read_text("utf-8")))
               if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
               and ast.unparse(node.targets[0]) == "CURRENT")
    return {
        "header": {
            "origin": f"the Python package `stripe` {version} (MIT, Copyright (c) 2010-2018 Stripe), generated by Stripe from "
                      "its OpenAPI description; derived by tests/contract/derive_stripe_excerpt.py",
            "api_version": api, "licence": "MIT",
        },
        "requests": {place: Types(package / file, name).of_class(name) for place, (file, name) in REQUESTS.items()},
        "objects": {name: Types(package / file, "").of_class(name) for name, file in OBJECTS.items()},
    }


def readable(whole: Schema) -> str:
    """JSON with one line for each property, so that a change of version can be read as a diff."""
    lines = ["{", f' "header": {json.dumps(whole["header"], ensure_ascii=False)},']
    for part in ("requests", "objects"):
        blocks = []
        for name, schema in whole[part].items():
            rows = ",\n".join(f"   {json.dumps(key)}: {json.dumps(value)}" for key, value in schema["properties"].items())
            blocks.append(f'  {json.dumps(name)}: {{"type": "object", "required": {json.dumps(schema["required"])},'
                          f' "properties": {{\n{rows}\n  }}}}')
        lines.append(f' "{part}": {{\n' + ",\n".join(blocks) + "\n }" + ("," if part == "requests" else ""))
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    sys.stdout.write(readable(excerpt(Path(sys.argv[1]))))
