"""Compares a score of recorded exchanges with the floor that it may not fall under.

usage: judge.py FIGURES.json FLOOR

A line of FLOOR is `field NAME PERCENT` or `operation NAME PERCENT`, the latter
of exchanges of which every field is right. A change that raises a figure raises
its line.
"""

import json
import sys


def percent(passed, total):
    return 100 * passed / total if total else None


def main(figures_path, floor_path):
    with open(figures_path, encoding="utf-8") as file:
        figures = json.load(file)
    found = {}
    for name, field in figures["fields"].items():
        found["field", name] = percent(field["passed"], field["total"])
    operations = {}
    for group in figures["groups"]:
        right, total = operations.get(group["operation"], (0, 0))
        operations[group["operation"]] = (right + group["right"], total + group["total"])
    for name, (right, total) in operations.items():
        found["operation", name] = percent(right, total)

    wrong = []
    for name in ("unchanged", "not_panicked"):
        if found.get(("field", name)) != 100:
            wrong.append(f"{name} is {found.get(('field', name))}, not 100 %")
    checked = 0
    with open(floor_path, encoding="utf-8") as file:
        for line in file:
            words = line.split("#")[0].split()
            if not words:
                continue
            kind, name, floor = words
            got = found.get((kind, name))
            checked += 1
            # The floor has two decimals.
            if got is None or got + 0.005 < float(floor):
                wrong.append(f"{kind} {name} is {got}, under its floor of {floor} %")
    if not checked:
        wrong.append("the floor is empty")
    for problem in wrong:
        print(f"judge: {problem}", file=sys.stderr)
    print(f"judge: {checked} figures held against their floor, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
