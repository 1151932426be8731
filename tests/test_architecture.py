"""The shape of the code, kept by a test: who may import whom, how long things are, and what has a promise."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINES_OF_A_FUNCTION_MAX = 40
LINES_OF_A_FILE_MAX = 300

# each floor imports only from floors above it in this list; members of one floor never import each other
FLOORS = (
    ("app.errors", "app.demo", "app.sqlite", "app.paging"),
    ("app.environment",),
    ("app.selling", "app.providers"),
    ("app.money", "app.clock", "app.config", "app.logs", "app.metrics"),
    ("app.db", "app.sealing"),
    ("app.ledger", "app.rating", "app.numbers", "app.messages", "app.jobs", "app.migrate", "app.throttle"),
    ("app.cards", "app.customers", "app.fraud"),
    ("app.calls", "app.payments"),
    ("app.protection", "app.privacy"),
    ("app.web", "app.admin", "app.api", "app.webhooks", "ivr"),
    ("app", "app.commands", "app.tables"),
    ("wsgi",),
)
# what stands beside another on its floor, and is used by it all the same
NEIGHBOURS = {
    ("app", "app.commands"),  # the application puts its commands together
}
IVR_MAY = set(chain.from_iterable(FLOORS[:8])) | {"ivr"}


@cache
def modules() -> dict[str, Path]:
    """Every module of ours by its name."""
    files = [*ROOT.glob("app/**/*.py"), *ROOT.glob("ivr/**/*.py"), ROOT / "wsgi.py"]
    return {_name(file): file for file in files}


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(module: str) -> ast.Module:
    """The module as its grammar sees it."""
    return ast.parse(modules()[module].read_text())


@cache
def imports(module: str, *, at_start: bool = False) -> frozenset[str]:
    """The modules of ours that it imports; `at_start`: only what is imported when it is loaded."""
    nodes = _at_start(tree(module)) if at_start else ast.walk(tree(module))
    found = {name for node in nodes for name in _imported(module, node)}
    return frozenset(found - {module})


def _at_start(parsed: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(parsed):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from _at_start(node)


def _imported(module: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in modules())
    if isinstance(node, ast.ImportFrom):
        base = _base(module, node)
        names = [f"{base}.{alias.name}" for alias in node.names]
        yield from (name if name in modules() else base for name in names if {name, base} & modules().keys())


def _base(module: str, node: ast.ImportFrom) -> str:
    """Where `from … import` looks, also when it says so by dots."""
    if not node.level:
        return node.module or ""
    package = module if modules()[module].name == "__init__.py" else module.rpartition(".")[0]
    for _ in range(node.level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{node.module}" if node.module else package


@cache
def member(module: str) -> str:
    """The member of a floor that a module belongs to: the longest name that begins it."""
    known = set(chain.from_iterable(FLOORS))
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    found = next(name for name in names if name in known)
    assert found != "app" or module == "app", f"{module} stands on no floor: give it one in this test"
    return found


def floor(name: str) -> int:
    return next(number for number, members in enumerate(FLOORS) if name in members)


def edges() -> Iterator[tuple[str, str, str, str]]:
    """Every import between two members: both modules and both members."""
    for module in modules():
        for imported in imports(module):
            if member(module) != member(imported):
                yield module, imported, member(module), member(imported)


def functions(module: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_imports_point_to_lower_floors() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, imported, above, below in edges()
        if floor(below) >= floor(above) and (above, below) not in NEIGHBOURS
    ]
    assert wrong == []


def test_the_phones_door_needs_no_other_door() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, imported, above, below in edges()
        if above == "ivr" and below not in IVR_MAY
    ]
    assert wrong == []


def test_the_application_never_imports_the_phones_door() -> None:
    assert [edge[:2] for edge in edges() if edge[2].startswith("app") and edge[3] == "ivr"] == []


def test_only_the_phones_door_knows_the_provider() -> None:
    """TwiML and the provider's library live in ivr; XML is built in one file of it."""
    users = {module for module in modules() if re.search(r"^\s*(from|import) twilio", source(module), re.M)}
    assert {member(module) for module in users} == {"ivr"}
    builders = {module for module in users if "twilio.twiml" in source(module)}
    assert builders == {"ivr.twiml"}


def test_only_the_ledger_writes_money() -> None:
    """No other package changes an account, a transfer or a hold: they call its verbs."""
    writes = re.compile(r"\b(insert|update|delete)\(\s*(Account|Transfer|Hold)\b")
    writers = {member(module) for module in modules() if writes.search(source(module))}
    assert writers == {"app.ledger"}


def test_every_exception_from_the_floors_is_needed() -> None:
    used = {(above, below) for _, _, above, below in edges()}
    assert used >= NEIGHBOURS


def test_no_modules_import_each_other_in_a_circle() -> None:
    """A package that gathers names from its own modules is no circle; a walk that comes back is."""
    walks: dict[str, str] = {}

    def visit(module: str, path: tuple[str, ...]) -> None:
        if module in path:
            raise AssertionError(" → ".join([*path[path.index(module) :], module]))
        if walks.get(module) == "done":
            return
        for imported in sorted(imports(module, at_start=True)):
            # `from app import x` inside of app.y runs app/__init__ first, which every module shares
            if imported != "app" and not module.startswith(f"{imported}."):
                visit(imported, (*path, module))
        walks[module] = "done"

    for module in sorted(modules()):
        visit(module, ())


def source(module: str) -> str:
    return modules()[module].read_text()


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{module}.{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for module in modules()
        for node in functions(module)
        if node.end_lineno and node.end_lineno - node.lineno + 1 > LINES_OF_A_FUNCTION_MAX
    ]
    assert long == []


def test_nine_functions_of_ten_are_short() -> None:
    lengths = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for module in modules()
        for node in functions(module)
    )
    assert lengths[len(lengths) * 9 // 10] <= 20


def test_no_file_is_longer_than_300_lines() -> None:
    long = {module: len(source(module).splitlines()) for module in modules()}
    assert {module: lines for module, lines in long.items() if lines > LINES_OF_A_FILE_MAX} == {}


def test_every_module_says_in_one_sentence_what_it_is_for() -> None:
    first = {module: (ast.get_docstring(tree(module)) or "").split("\n\n")[0] for module in modules()}
    assert [module for module, sentence in first.items() if not sentence.endswith((".", "?"))] == []


def test_every_public_function_and_class_has_a_promise() -> None:
    assert [name for module in modules() for name in without_promise(module)] == []


def without_promise(module: str) -> Iterator[str]:
    """Public functions and classes, and public methods of public classes, that say nothing."""
    if module.startswith(("ivr.simulator", "wsgi")):
        yield from _silent(module, tree(module), classes_only=True)
        return
    yield from _silent(module, tree(module))


def _silent(within: str, parent: ast.AST, *, classes_only: bool = False) -> Iterator[str]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield f"{within}.{node.name}"
            if not _is_protocol(node):
                yield from _silent(f"{within}.{node.name}", node, classes_only=classes_only)
        if isinstance(node, ast.FunctionDef) and not classes_only and not _has_promise(node):
            yield f"{within}.{node.name}"


def _has_promise(node: ast.FunctionDef) -> bool:
    return node.name.startswith("_") or bool(ast.get_docstring(node))


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


@pytest.mark.parametrize("package", ["app/ledger", "app/rating", "app/money.py", "app/calls", "app/cards"])
def test_money_is_never_a_fraction_of_a_machine(package: str) -> None:
    path = ROOT / package
    files = [path] if path.is_file() else [*path.glob("**/*.py")]
    floats = [
        f"{file.name}:{node.lineno}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and package != "app/cards")
    ]
    assert floats == []


def test_every_setting_is_explained_in_the_example() -> None:
    read = settings_read()
    explained = set(re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert read - explained == set()
    assert len(read) > 20


def settings_read() -> set[str]:
    """The names that are asked of the environment."""
    readers = ("app.config", "app.selling", "app.providers", "app.environment")
    nodes = chain.from_iterable(ast.walk(tree(module)) for module in readers)
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {
        text for text in texts if re.fullmatch(r"[A-Z]+(_[A-Z0-9]+)+|BRAND|CONTACT|CURRENCY|DEMO|PORT", text)
    }
    return names - {"WEBHOOK_ID"}  # what PayPal's simulator says instead of an id


def test_the_environment_is_read_in_few_places() -> None:
    """Settings are read and checked once; what tools leave in the environment is named here."""
    readers = {module for module in modules() if "os.environ" in source(module)}
    assert readers <= {"app.config", "app.web.health", "app.commands.seed", "ivr.simulator.page"}
