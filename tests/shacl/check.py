"""Checks consent records and receipts with SHACL, and exports with JSON Schema.

{"cases": [{"document", "schema"?}]} on standard input; on standard output a list of {"triples", "targets", "shapes"}
for each: how many triples the JSON-LD makes, how many records and receipts were judged, and the names of the shapes it
breaks, nested ones too; with "schema", {"schema": [paths of what breaks it]}.
"""

import json
import pathlib
import sys

import jsonschema
import pyshacl
import rdflib

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
DPV = rdflib.Namespace("https://w3id.org/dpv#")
NAMES = "urn:shape:"
SHAPES = rdflib.Graph().parse(pathlib.Path(__file__).parent / "shapes.ttl")


def judged(document):
    data = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    kinds = (DPV.ConsentRecord, DPV.ConsentReceipt)
    targets = sum(len(set(data.subjects(rdflib.RDF.type, kind))) for kind in kinds)
    _, report, _ = pyshacl.validate(data, shacl_graph=SHAPES, inference="none", advanced=False)
    broken = {str(shape) for shape in report.objects(None, SH.sourceShape)}
    shapes = sorted(name.removeprefix(NAMES) for name in broken if name.startswith(NAMES))
    return {"triples": len(data), "targets": targets, "shapes": shapes}


def fitted(document, schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema)
    return {"schema": sorted(error.json_path for error in checker.iter_errors(document))}


question = json.load(sys.stdin)
answers = []
for case in question["cases"]:
    schema = case.get("schema")
    answers.append(fitted(case["document"], schema) if schema else judged(case["document"]))
json.dump(answers, sys.stdout)
