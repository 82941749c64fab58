"""A piece of work that a page needs done: a claim decided, an exhibit shown, a program run.

The process that builds the site makes their keys; worker processes compute them.
"""

from __future__ import annotations

import ast
import doctest
import json
from dataclasses import dataclass
from typing import Literal

from workings.site import freshness, lab
from workings.site.closure import Closure, closure_of, closure_of_code
from workings.site.module import PACKAGE, ROOT, Module, NotThereError, load

Kind = Literal["claim", "exhibit", "snippet", "session", "lab"]
SNIPPETS = ROOT / "snippets"


@dataclass(frozen=True)
class Work:
    """What to compute: a dotted name and its arguments as JSON, a path (snippet, lab) or a session's code."""

    kind: Kind
    name: str
    arguments: str = "{}"

    @property
    def definition(self) -> tuple[Module, str]:
        """The function of a claim or an exhibit."""
        module_name, _, function = self.name.rpartition(".")
        module = load(f"{PACKAGE}.{self.kind}s.{module_name}")
        if function not in module.definitions:
            raise module.without(function)
        return module, function

    @property
    def closure(self) -> Closure:
        """What its result stands on."""
        if self.kind in ("claim", "exhibit"):
            module, function = self.definition
            return closure_of(module.name, function)
        return closure_of_code(self.code)[0]

    @property
    def code(self) -> str:
        """The program of a snippet, a session or a lab."""
        if self.kind == "lab":
            return lab.as_program(lab.script_of(self.name))
        if self.kind == "session":
            return "".join(example.source for example in doctest.DocTestParser().get_examples(self.name))
        path = SNIPPETS / self.name
        if not path.is_file() or ".." in path.parts:
            raise NotThereError(f"no file {self.name} in snippets/")
        return path.read_text(encoding="utf-8")

    @property
    def key(self) -> str:
        """The digest under which the result is stored."""
        own = [self.name, self.code] if self.kind in ("snippet", "session") else [self.name]
        if self.kind == "lab":  # words and comments may change while the outputs stay
            own += [cell.statements for cell in lab.code_cells(lab.script_of(self.name))]
            own += [freshness.engine()]
        return freshness.key(
            self.kind,
            json.dumps(own),
            self.closure,
            json.loads(self.arguments),
            self.declared("data"),
            self.declared("records"),
        )

    def declared(self, what: Literal["data", "records"]) -> tuple[str, ...]:
        """The literal ``data=`` or ``records=`` of an exhibit's decorator."""
        if self.kind != "exhibit":
            return ()
        module, function = self.definition
        calls = (
            call
            for node in module.definitions[function]
            for call in getattr(node, "decorator_list", [])
            if isinstance(call, ast.Call)
        )
        literals = (word.value for call in calls for word in call.keywords if word.arg == what)
        try:
            return tuple(path for literal in literals for path in ast.literal_eval(literal))
        except ValueError as error:
            raise NotThereError(f"{what}= must list its paths as literal strings") from error

    @property
    def label(self) -> str:
        """How messages name it."""
        if self.kind == "session":
            return f"session {self.name.strip().splitlines()[0]}"
        return f"{self.kind} {self.name}"


def named(name: str) -> Work:
    """The claim or the exhibit that a dotted name means."""
    kinds: tuple[Kind, ...] = ("claim", "exhibit")
    for kind in kinds:
        work = Work(kind, name)
        try:
            _ = work.definition
        except NotThereError:
            continue
        return work
    raise NotThereError(f"neither a claim nor an exhibit is named {name}")
