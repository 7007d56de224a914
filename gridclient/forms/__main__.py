"""`python -m gridclient.forms`: check, convert, xpath, fill. Exit codes: 0 ok, 1 invalid, 2 wrong use."""

import argparse
import json
import sys
from pathlib import Path

from gridclient.forms import FormError, UnknownReference, load
from gridclient.forms.form import Form
from gridclient.forms.loading import xform_of
from gridclient.forms.xpath import evaluate, show


def main() -> int:
    """Runs one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m gridclient.forms")
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="load a form and say what is wrong with it")
    check.add_argument("form", type=Path)
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_check)
    convert = commands.add_parser("convert", help="write the XForm of an XLSForm")
    convert.add_argument("form", type=Path)
    convert.add_argument("-o", "--output", type=Path, required=True)
    convert.set_defaults(run=_convert)
    xpath = commands.add_parser("xpath", help="evaluate an expression over a document")
    xpath.add_argument("expression")
    xpath.add_argument("--xml", type=Path, required=True)
    xpath.add_argument("--context", default="/")
    xpath.add_argument("--result", choices=["string", "number", "boolean", "nodes"], default="string")
    xpath.set_defaults(run=_xpath)
    fill = commands.add_parser("fill", help="answer a form from a file of steps, one JSON object a line")
    fill.add_argument("form", type=Path)
    fill.add_argument("--steps", type=Path, required=True)
    fill.set_defaults(run=_fill)
    args = parser.parse_args()
    try:
        return args.run(args)
    except (FormError, UnknownReference) as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, json.JSONDecodeError) as error:
        print(error, file=sys.stderr)
        return 2


def _check(args: argparse.Namespace) -> int:
    try:
        form = load(args.form, missing="blank")
    except FormError as error:
        print(json.dumps({"ok": False, "error": str(error)}, ensure_ascii=False) if args.json else error)
        return 1
    facts: dict[str, object] = {
        "ok": True, "title": form.title, "id": form.form_id, "version": form.version, "questions": form.questions,
        "languages": form.languages, "warnings": form.warnings,
    }  # fmt: skip
    for warning in () if args.json else form.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(json.dumps(facts, ensure_ascii=False) if args.json else f"{form.title}: {form.questions} questions, ok")
    return 0


def _convert(args: argparse.Namespace) -> int:
    args.output.write_bytes(xform_of(args.form))
    return 0


def _xpath(args: argparse.Namespace) -> int:
    print(show(evaluate(args.expression, args.xml.read_bytes(), args.context, result=args.result)))
    return 0


def _fill(args: argparse.Namespace) -> int:
    form = load(args.form, missing="blank")
    for line in args.steps.read_text("utf-8").splitlines():
        if not line.strip():
            continue
        step = json.loads(line)
        match step["op"]:
            case "set":
                result = form.set(step["ref"], step["value"])
                changed = {ref: _state(form, ref) for ref in sorted(result.changed)}
                print(json.dumps({"status": result.status, "changed": changed}, ensure_ascii=False))
            case "add_repeat":
                print(json.dumps({"ref": form.add_repeat(step["ref"])}))
            case "remove_repeat":
                form.remove_repeat(step["ref"])
            case "set_language":
                form.set_language(step["value"])
            case "new_instance":
                form.new_instance()
            case "finalize":
                found = [{"ref": each.ref, "condition": each.condition} for each in form.finalize()]
                print(json.dumps({"violations": found}))
            case other:
                raise FormError(f"unknown op {other}")
    return 0


def _state(form: Form, ref: str) -> dict[str, str | bool]:
    return {"v": form.get(ref), "rel": form.relevant(ref), "ro": form.readonly(ref), "req": form.required(ref),
            "con": form.valid(ref)}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
