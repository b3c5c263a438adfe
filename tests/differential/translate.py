"""Translates a program from the little of Python that programs/*.py are written in to Lua.

What both languages mean alike is translated: functions, classes, calls, closures, generators, try, if, for. What they do
not (truth of 0 and "", negative indexes, dictionaries, star arguments) is refused, so that no difference comes from here.
"""
import ast

_OPERATORS = {
    ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Eq: "==", ast.NotEq: "~=", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.Is: "==", ast.IsNot: "~=", ast.And: "and", ast.Or: "or",
}
_RESERVED = {"end", "function", "local", "nil", "repeat", "then", "until", "goto"}


class Untranslatable(Exception):
    pass


def translate(function: ast.FunctionDef) -> str:
    """The Lua chunk that does what the body of a top-level function does."""
    return "\n".join(_Block().body(function.body, locals_of(function))) + "\n"


def _own_nodes(nodes):
    """Those of a function itself, not of the functions in it."""
    for node in nodes:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            yield from _own_nodes(ast.iter_child_nodes(node))


def locals_of(function):
    """The names a function assigns, in order, less its arguments and what it declares nonlocal."""
    outside = {argument.arg for argument in function.args.args}
    names = []
    for node in _own_nodes(function.body):
        if isinstance(node, ast.Nonlocal):
            outside.update(node.names)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.append(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
    return [name for name in dict.fromkeys(names) if name not in outside]


def _is_generator(function):
    return any(isinstance(node, ast.Yield) for node in _own_nodes(function.body))


def _text(value):
    data = value.encode() if isinstance(value, str) else value
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03d}" for b in data) + '"'


class _Block:
    def __init__(self, depth=0, waits="coroutine.yield"):
        self.depth = depth
        self.waits = waits

    def body(self, statements, names=()):
        lines = ["local " + ", ".join(names)] if names else []
        for statement in statements:
            method = getattr(self, "do_" + type(statement).__name__, None)
            if method is None:
                raise Untranslatable(f"line {statement.lineno}: {type(statement).__name__}")
            lines += method(statement) or []
        return ["  " * self.depth + line if self.depth == 0 else "  " + line for line in lines]

    def inner(self, statements, names=(), waits=None):
        return _Block(self.depth + 1, waits or self.waits).body(statements, names)

    # Statements

    def do_Pass(self, node):
        return []

    do_Nonlocal = do_Pass

    def do_Expr(self, node):
        if isinstance(node.value, ast.Constant):
            return []
        text = self.value(node.value)
        return [text if isinstance(node.value, (ast.Call, ast.Yield)) else f"local _ = {text}"]

    def do_Assign(self, node):
        target = node.targets[0]
        if len(node.targets) != 1 or isinstance(target, ast.Tuple):
            raise Untranslatable(f"line {node.lineno}: several targets")
        return [f"{self.value(target)} = {self.value(node.value)}"]

    def do_AugAssign(self, node):
        return [f"{self.value(node.target)} = " + self.binary(node.op, node.target, node.value)]

    def do_Return(self, node):
        return [f"do return {self.value(node.value)} end" if node.value else "do return end"]

    def do_Raise(self, node):
        return [f"error({self.value(node.exc)}, 0)"]

    def do_If(self, node):
        lines = [f"if {self.value(node.test)} then", *self.inner(node.body)]
        if node.orelse:
            lines += ["else", *self.inner(node.orelse)]
        return lines + ["end"]

    def do_While(self, node):
        return [f"while {self.value(node.test)} do", *self.inner(node.body), "end"]

    def do_For(self, node):
        name = self.value(node.target)
        head = f"for _, item in each({self.value(node.iter)}) do"
        return [head, f"  {name} = item", *self.inner(node.body), "end"]

    def do_Try(self, node):
        if any(isinstance(inner, ast.Return) for inner in _own_nodes(node.body)):
            raise Untranslatable(f"line {node.lineno}: return within try")
        lines = ["do", "  local ok, raised = caught(function()", *("  " + line for line in self.inner(node.body)), "  end)"]
        if node.handlers:
            lines.append("  if not ok then")
            word = "if"
            for handler in node.handlers:
                lines.append(f"    {word} isinstance(raised, {self.value(handler.type)}) then")
                if handler.name:
                    lines.append(f"      local {handler.name} = raised")
                lines += ["    " + line for line in self.inner(handler.body)]
                word = "elseif"
            lines += ["    else", "      error(raised, 0)", "    end", "  end"]
        lines += self.inner(node.finalbody)
        if not node.handlers:
            lines.append("  if not ok then error(raised, 0) end")
        return lines + ["end"]

    def do_FunctionDef(self, node):
        return self.function(node.name, node)

    def function(self, name, node):
        waits = "coroutine.yield"
        before, after = "", ""
        for decorator in node.decorator_list:
            if decorator.id != "inlineCallbacks":
                raise Untranslatable(f"line {node.lineno}: @{decorator.id}")
            waits, before, after = "await", "inlineCallbacks(", ")"
        head = f"function({self.arguments(node)})"
        body = self.inner(node.body, locals_of(node), waits)
        if _is_generator(node) and not before:
            body = ["  return coroutine.create(function()", *("  " + line for line in body), "  end)"]
        return [f"{name} = {before}{head}", *body, f"end{after}"]

    def arguments(self, node):
        a = node.args
        if a.vararg or a.kwarg or a.defaults or a.kwonlyargs:
            raise Untranslatable(f"line {node.lineno}: only plain arguments")
        return ", ".join(argument.arg for argument in a.args)

    def do_ClassDef(self, node):
        # Lua takes the one base first; a mixin's methods go before its.
        names = sorted(map(self.value, node.bases), key=lambda name: name.endswith("Mixin") or name == "StatefulStringProtocol")
        bases = "".join(", " + name for name in names)
        lines = [f'{node.name} = class("{node.name}"{bases})']
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef):
                name = "__init" if statement.name == "__init__" else statement.name
                lines += self.function(f"{node.name}.{name}", statement)
            elif isinstance(statement, ast.Assign):
                lines.append(f"{node.name}.{statement.targets[0].id} = {self.value(statement.value)}")
            elif not isinstance(statement, (ast.Pass, ast.Expr)):
                raise Untranslatable(f"line {statement.lineno}: {type(statement).__name__} in a class")
        return lines

    # Expressions

    def value(self, node):
        method = getattr(self, "of_" + type(node).__name__, None)
        if method is None:
            raise Untranslatable(f"line {node.lineno}: {type(node).__name__}")
        return method(node)

    def of_Name(self, node):
        if node.id in _RESERVED:
            raise Untranslatable(f"line {node.lineno}: the name {node.id}")
        return node.id

    def of_Constant(self, node):
        if node.value is None or isinstance(node.value, bool):
            return {None: "nil", True: "true", False: "false"}[node.value]
        return repr(node.value) if isinstance(node.value, (int, float)) else _text(node.value)

    def of_List(self, node):
        return "list(" + ", ".join(map(self.value, node.elts)) + ")"

    of_Tuple = of_List

    def of_Lambda(self, node):
        return f"function({self.arguments(node)}) return {self.value(node.body)} end"

    def of_Attribute(self, node):
        return f"{self.value(node.value)}.{node.attr}"

    def of_Subscript(self, node):
        index = node.slice
        if not (isinstance(index, ast.Constant) and isinstance(index.value, int)):
            raise Untranslatable(f"line {node.lineno}: an index that is no number")
        return f"{self.value(node.value)}[{index.value + 1}]"

    def of_Yield(self, node):
        return f"{self.waits}({self.value(node.value) if node.value else ''})"

    def of_UnaryOp(self, node):
        return ("not " if isinstance(node.op, ast.Not) else "-") + self.value(node.operand)

    def of_BoolOp(self, node):
        return "(" + f" {_OPERATORS[type(node.op)]} ".join(map(self.value, node.values)) + ")"

    def of_Compare(self, node):
        if len(node.ops) != 1:
            raise Untranslatable(f"line {node.lineno}: a chain of comparisons")
        return f"({self.value(node.left)} {_OPERATORS[type(node.ops[0])]} {self.value(node.comparators[0])})"

    def of_BinOp(self, node):
        return self.binary(node.op, node.left, node.right)

    def binary(self, op, left, right):
        if isinstance(op, ast.Add):
            return f"add({self.value(left)}, {self.value(right)})"
        return f"({self.value(left)} {_OPERATORS[type(op)]} {self.value(right)})"

    def of_Call(self, node):
        arguments = list(map(self.value, node.args))
        if node.keywords:
            options = ", ".join(f"{keyword.arg} = {self.value(keyword.value)}" for keyword in node.keywords)
            arguments.append("{ " + options + " }")
        f = node.func
        if isinstance(f, ast.Attribute):
            owner = self.value(f.value)
            # What belongs to a class or a module, which begin with a capital or stand here, is called with a dot.
            is_plain = isinstance(f.value, ast.Name) and (f.value.id[0].isupper() or f.value.id in ("log", "defer"))
            if f.attr == "append":
                return f"append({owner}, {arguments[0]})"
            return f"{owner}{'.' if is_plain else ':'}{f.attr}({', '.join(arguments)})"
        return f"{self.value(f)}({', '.join(arguments)})"
