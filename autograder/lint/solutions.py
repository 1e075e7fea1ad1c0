"""What the names of the model solutions hold, as far as that is certain.

An honest answer that does as the solution does will hold the same.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from autograder.lint.imports import qualified
from autograder.lint.notebook import Cell, Source
from autograder.names import Names

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# What these make has no plain form: see autograder.box.wire.
ITERATORS = {f"builtins.{name}" for name in ("enumerate", "filter", "iter", "map", "open",
                                             "reversed", "zip")}  # fmt: skip
OPAQUE = {
    *(f"io.{name}" for name in ("BytesIO", "StringIO")),
    *(f"numpy.random.{name}" for name in ("RandomState", "default_rng")),
    *(f"pandas.{name}" for name in ("DataFrame", "Series", "date_range", "read_csv")),
    *(f"pathlib.{name}" for name in ("Path", "PurePath")),
    *(f"torch.{name}" for name in ("arange", "eye", "from_numpy", "full", "linspace", "ones",
                                   "rand", "randint", "randn", "tensor", "zeros")),
    "collections.ChainMap", "random.Random", "re.compile", "types.SimpleNamespace",
}  # fmt: skip
BUILTIN_TYPES = {name: kind for name, kind in vars(builtins).items() if isinstance(kind, type)}
# Bases with which a class still makes objects that stay; arrays and exceptions cross.
PLAIN_BASES = {
    *(n for n, kind in BUILTIN_TYPES.items() if not issubclass(kind, BaseException | type)),
    *("ABC", "Enum", "IntEnum", "Generic", "Hashable", "Module", "NamedTuple", "Protocol"),
}
IDENTITY_BASES = {"ABC", "Generic", "Protocol", "object"}
DECORATORS = {"dataclass", "total_ordering", "final", "runtime_checkable"}


@dataclass(frozen=True)
class Kind:
    """How an object that stays in the sandbox behaves.

    Attributes
    ----------
    is_iterator : bool
        Whether its items are given one by one, once.
    compares_by_identity : bool
        Whether ``==`` is that of ``object``.
    """

    is_iterator: bool = False
    compares_by_identity: bool = False


ITERATOR = Kind(is_iterator=True, compares_by_identity=True)


@dataclass
class Solutions:
    """What certainly stands behind names.

    Attributes
    ----------
    classes : dict of str to Kind
        What the answers define, and of what kind their instances are.
    functions : set of str
        What the answers define.
    makers : dict of str to Kind
        Functions that return an object: something that has no plain form and stays in the sandbox.
    objects : dict of str to Kind
    """

    classes: dict[str, Kind] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    makers: dict[str, Kind] = field(default_factory=dict)
    objects: dict[str, Kind] = field(default_factory=dict)

    @classmethod
    def above(cls, source: Source, cell: Cell) -> Solutions:
        """Return what the cells above a cell have made."""
        found = cls()
        for earlier in source.before(cell):
            for statement, names in earlier.named if earlier.step.role != "grade" else ():
                is_ours = any(statement is trusted for trusted, _ in earlier.trusted)
                found._add(statement, names, None if is_ours else source.imports)
        return found

    def _add(self, statement: ast.stmt, names: Names, imports: Mapping[str, str] | None) -> None:
        """Note what a statement binds; without imports, it is one of the trusted side's.

        What that makes is an ordinary object there, unless it is of a student's class.
        """
        is_ours = imports is None
        kind: Kind | None = None
        into: dict[str, Kind] = {}
        if isinstance(statement, ast.ClassDef) and not is_ours:
            into, kind = self.classes, self._kind_of_instances(statement)
        elif isinstance(statement, FUNCTIONS):
            into, kind = self.makers, self._kind_of_result(statement, imports)
        elif isinstance(statement, ast.Assign):
            into, kind = self.objects, self._kind_of_made(statement.value, imports)
        for name in names.binds:
            self.forget(name)
        if kind:
            into |= dict.fromkeys(_targets(statement), kind)
        if isinstance(statement, FUNCTIONS) and not is_ours:
            self.functions.add(statement.name)

    def forget(self, name: str) -> None:
        """Note that a name holds something else now."""
        for names in (self.classes, self.makers, self.objects):
            names.pop(name, None)
        self.functions.discard(name)

    def kind_of(self, node: ast.AST) -> Kind | None:
        """Return what kind of object a value is; None when it may be plain."""
        if isinstance(node, ast.Name):
            return self.objects.get(node.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self.classes.get(node.func.id) or self.makers.get(node.func.id)
        return None

    def _kind_of_instances(self, node: ast.ClassDef) -> Kind | None:
        bases = [_last_name(base) for base in node.bases]
        decorators = {_last_name(decorator) for decorator in node.decorator_list}
        methods = {n.name for n in node.body if isinstance(n, FUNCTIONS)}
        is_known = decorators <= DECORATORS and set(bases) <= PLAIN_BASES | self.classes.keys()
        if node.keywords or not is_known or "__new__" in methods:
            return None
        inherited = [self.classes[base] for base in bases if base in self.classes]
        return Kind(
            "__next__" in methods or any(kind.is_iterator for kind in inherited),
            not decorators
            and not methods & {"__eq__", "__hash__"}
            and set(bases) <= IDENTITY_BASES | self.classes.keys()
            and all(kind.compares_by_identity for kind in inherited),
        )

    def _kind_of_result(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        imports: Mapping[str, str] | None,
    ) -> Kind | None:
        if function.decorator_list or isinstance(function, ast.AsyncFunctionDef):
            return None
        own = list(_own_nodes(function))
        if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own):
            return None if imports is None else ITERATOR
        inner = Solutions(dict(self.classes), set(), dict(self.makers))
        for node in own:
            if isinstance(node, ast.Assign):
                kind = inner._kind_of_made(node.value, imports)
                for name in _targets(node):
                    inner.forget(name)
                    inner.objects |= {name: kind} if kind else {}
        returned = [node.value for node in own if isinstance(node, ast.Return)]
        kinds = {inner._kind_of_made(value, imports) if value else None for value in returned}
        return kinds.pop() if len(kinds) == 1 else None

    def _kind_of_made(self, node: ast.expr, imports: Mapping[str, str] | None) -> Kind | None:
        """Return what an expression makes; without imports, only a student's class is meant."""
        if imports is None or self.kind_of(node):
            return self.kind_of(node)
        if isinstance(node, ast.GeneratorExp):
            return ITERATOR
        name = qualified(node.func, imports) if isinstance(node, ast.Call) else ""
        if name in ITERATORS:
            return ITERATOR
        return Kind() if name in OPAQUE else None


def _last_name(node: ast.expr) -> str:
    """Return ``Module`` of ``nn.Module``, ``Generic`` of ``Generic[T]``."""
    node = node.value if isinstance(node, ast.Subscript) else node
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _targets(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [t.id for t in statement.targets if isinstance(t, ast.Name)]
    return []


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function in order, but not those of functions inside it."""
    for node in ast.iter_child_nodes(function):
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            yield from _own_nodes(node)
