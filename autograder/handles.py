"""Handles: what a test holds in place of an object that has no plain form.

Everything that is done with a handle becomes a request to the box; nothing is ever stored on it.
A class of the student's is a class here too, so that ``type(x) is Dog`` holds; its methods and its
instances are in the box. What the box could make up on the spot, a yes, an order, a length, is
refused, and the cell that asks for it needs manual grading.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.session import Session

# Attributes that Python itself sets, and that a test may read as it reads any other.
READABLE = {
    "__name__", "__qualname__", "__doc__", "__annotations__", "__defaults__", "__kwdefaults__",
    "__module__", "__dict__",
}  # fmt: skip
# Those for which a test would otherwise get ours, or none.
REFUSED = {
    "__wrapped__", "__array__", "__code__", "__closure__", "__globals__", "__self__", "__func__",
    "__signature__", "__deepcopy__", "__copy__", "__bases__", "__base__", "__mro__",
    "__subclasses__", "__abstractmethods__", "__members__", "__array_interface__",
}  # fmt: skip
TYPES = {
    kind.__name__: kind
    for kind in (
        *(types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.GeneratorType),
        *(types.CoroutineType, types.ModuleType, map, zip, filter, enumerate),
    )
}


@dataclass(frozen=True)
class Link:
    """Which object of the box a handle stands for.

    Attributes
    ----------
    session : Session
    number : int
    name : str
        Of its type; of the class itself for a class.
    compares_by_identity : bool
        Whether ``==`` and ``hash`` are those of ``object``.
    face : type or None
        What ``x.__class__`` is, where it is one of Python's own.
    is_kind_of_builtin : bool
        Whether ``isinstance`` may hold for a class of Python's or a library's.
    """

    session: Session
    number: int
    name: str
    compares_by_identity: bool = False
    face: type | None = None
    is_kind_of_builtin: bool = False


def link_of(handle: Any) -> Link:
    """Return what a handle, or a class of the student's, stands for."""
    found: Link
    if type(handle) is RemoteType:
        found = type.__getattribute__(handle, "_autograder_class")
    else:
        found = object.__getattribute__(handle, "_autograder_link")
    return found


def is_handle(value: Any) -> bool:
    """Tell whether a value stands for an object of the box."""
    kind = type(value)
    return kind in PLAIN_HANDLES or RemoteType in (kind, type(kind))


def _is_reserved(name: str) -> bool:
    return name.startswith(("__", "_repr_", "_ipython_"))


def _is_in_box(name: str) -> bool:
    return name in READABLE or name in REFUSED or not _is_reserved(name)


def _refuse(handle: Any, what: str) -> Exception:
    link = link_of(handle)
    return link.session.refuse(f"{what} of a {link.name}")


def _get(handle: Any, name: str) -> Any:
    link = link_of(handle)
    if name in REFUSED:
        link.session.refuse(f"{name} of a {link.name}")
        raise AttributeError(name)
    return link.session.ask("getattr", object=link.number, name=name)


def _set(handle: Any, name: str, value: Any) -> None:
    link = link_of(handle)
    if _is_reserved(name):
        raise link.session.refuse(f"{name} of a {link.name}")
    link.session.store("setattr", value, object=link.number, name=name)


def _delete(handle: Any, name: str) -> None:
    link = link_of(handle)
    if _is_reserved(name):
        raise link.session.refuse(f"{name} of a {link.name}")
    link.session.ask("delattr", object=link.number, name=name)


def _call(handle: Any, *arguments: Any, **keywords: Any) -> Any:
    link = link_of(handle)
    return link.session.call(link.number, arguments, keywords)


def _text(handle: Any) -> str:
    link = link_of(handle)
    text = link.session.ask("text", object=link.number)
    if type(text) is not str:
        raise link.session.refuse("str() of an object")
    return text


def _operate(handle: Any, name: str, *arguments: Any) -> Any:
    session = link_of(handle).session
    encoder = session.encoder()
    form = session.encode(encoder, list(arguments))
    return session.ask("operator", encoder, name=name, arguments=form)


def _is_related(handle: Any, operation: str, other: Any) -> bool:
    link = link_of(handle)
    if not is_handle(other):
        return False
    theirs = link_of(other)
    if theirs.session is not link.session:
        raise link.session.refuse("an object from another test cell")
    answer = link.session.ask(operation, object=theirs.number, of=link.number)
    return answer is True


class Handle:
    """Stands for an object in the box."""

    __slots__ = ("__weakref__", "_autograder_link")

    def __getattribute__(self, name: str) -> Any:
        if _is_in_box(name):
            return _get(self, name)
        return object.__getattribute__(self, name)

    def __repr__(self) -> str:
        return f"<the submission's {link_of(self).name}>"

    def __format__(self, specification: str) -> str:
        return format(str(self), specification)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        # What isinstance() asks for when the type alone does not say yes.
        link = link_of(self)
        if link.is_kind_of_builtin:
            link.session.refuse(f"the class of a {link.name}")
        return link.face or type(self)

    def __eq__(self, other: object) -> Any:
        if link_of(self).compares_by_identity:
            return NotImplemented
        raise _refuse(self, "a comparison")

    def __hash__(self) -> int:
        if link_of(self).compares_by_identity:
            return object.__hash__(self)
        raise _refuse(self, "the hash")

    __str__ = _text
    __setattr__ = _set
    __delattr__ = _delete


class CallableHandle(Handle):
    """Stands for a function, or another object that can be called."""

    __slots__ = ()
    __call__ = _call


class IteratorHandle(Handle):
    """Stands for a generator or another iterator: each item is given once."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        link = link_of(self)
        return link.session.draw(link.number)

    def __len__(self) -> int:
        # list() asks for it too, and goes on without.
        raise TypeError(f"object of type '{link_of(self).name}' has no len()")


class CallableIteratorHandle(CallableHandle, IteratorHandle):
    """Stands for an iterator that can be called."""

    __slots__ = ()


class RemoteType(type):
    """The type of a class that stands for one of the student's."""

    __call__ = _call
    __str__ = _text
    __setattr__ = _set
    __delattr__ = _delete

    def __getattribute__(cls, name: str) -> Any:
        if _is_in_box(name):
            return _get(cls, name)
        return type.__getattribute__(cls, name)

    def __repr__(cls) -> str:
        return f"<the submission's {link_of(cls).name}>"

    def __instancecheck__(cls, instance: Any) -> bool:
        return _is_related(cls, "is_instance", instance)

    def __subclasscheck__(cls, other: type) -> bool:
        return _is_related(cls, "is_subclass", other)

    __hash__ = type.__hash__


PLAIN_HANDLES = (Handle, CallableHandle, IteratorHandle, CallableIteratorHandle)


def new_handle(link: Link, *, is_callable: bool, is_iterator: bool) -> Any:
    """Return a handle for an object whose class is not the student's."""
    return _instance(_kind(is_callable, is_iterator), link)


def new_class(link: Link, *, is_callable: bool, is_iterator: bool) -> RemoteType:
    """Return a class that stands for one of the student's.

    Parameters
    ----------
    link : Link
    is_callable, is_iterator : bool
        Whether its instances are.
    """
    content = {"__slots__": (), "__module__": "__main__", "_autograder_class": link}
    return RemoteType(link.name, (_kind(is_callable, is_iterator),), content)


def new_instance(of: RemoteType, link: Link) -> Any:
    """Return a handle for an instance of a student's class."""
    return _instance(of, link)


def _kind(is_callable: bool, is_iterator: bool) -> type[Handle]:
    if is_callable:
        return CallableIteratorHandle if is_iterator else CallableHandle
    return IteratorHandle if is_iterator else Handle


def _instance(of: type, link: Link) -> Any:
    handle: Any = object.__new__(of)
    object.__setattr__(handle, "_autograder_link", link)
    return handle


def _binary(name: str, reflected: bool) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return _operate(self, name, *((other, self) if reflected else (self, other)))

    return method


def _forwarded(name: str) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any) -> Any:
        return _operate(self, name, self, *arguments)

    return method


def _refused(what: str) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any) -> Any:
        raise _refuse(self, what)

    return method


for _name in (
    *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow"),
    *("and", "or", "xor", "lshift", "rshift", "divmod"),
):
    _in_operator = {"and": "and_", "or": "or_"}.get(_name, _name)
    setattr(Handle, f"__{_name}__", _binary(_in_operator, False))
    setattr(Handle, f"__r{_name}__", _binary(_in_operator, True))
    if _name != "divmod":
        setattr(Handle, f"__i{_name}__", _binary(f"i{_name}", False))
for _name in ("neg", "pos", "abs", "invert", "getitem", "setitem", "delitem"):
    setattr(Handle, f"__{_name}__", _forwarded(_name))
setattr(RemoteType, "__getitem__", _forwarded("getitem"))  # noqa: B010 - an enumeration's
for _name in ("round", "floor", "ceil", "trunc"):
    setattr(Handle, f"__{_name}__", _forwarded(_name))


def _await(handle: Any) -> Generator[None, None, Any]:
    link = link_of(handle)
    yield from ()
    return link.session.ask("await", object=link.number)


setattr(Handle, "__await__", _await)  # noqa: B010
# A yes, a number or an order that the box makes up on the spot is no evidence.
for _name, _what in {
    "bool": "the truth", "len": "the length", "iter": "the items", "contains": "the items",
    "lt": "a comparison", "le": "a comparison", "gt": "a comparison", "ge": "a comparison",
    "int": "the value", "float": "the value", "complex": "the value", "index": "the value",
    "bytes": "the bytes", "fspath": "the path", "reversed": "the items", "enter": "a with block",
    "exit": "a with block", "reduce_ex": "a copy", "aiter": "the items", "anext": "the items",
    "aenter": "a with block", "aexit": "a with block",
}.items():  # fmt: skip
    setattr(Handle, f"__{_name}__", _refused(_what))
    if _name in ("bool", "len", "iter", "contains", "lt", "le", "gt", "ge"):
        setattr(RemoteType, f"__{_name}__", _refused(_what))
