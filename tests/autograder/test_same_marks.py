"""Honest work gets the marks that nbgrader itself would give it.

The same submissions are graded by stock nbgrader and by this package, and every score in the two
gradebooks is compared. The one difference that is allowed: what cannot be carried out of the
sandbox needs manual grading, and is never silently worth nothing.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import nbformat
import pytest

from autograder.grading import Task
from autograder.worker import Settings, Worker
from tests.autograder import courses
from tests.autograder.courses import (
    PLUGIN,
    REPOSITORY,
    Mark,
    answer,
    grade_cell,
    locked,
    manual,
    new_course,
    task,
)

BY_HAND = Mark(None, True)
NUMPY_POINTS = "points-as-a-numpy-float"


@dataclass
class Feature:
    """An answer that can be right or wrong, and the tests below it.

    Attributes
    ----------
    right, wrong : str
    tests : str
    before : str
        A locked cell of the instructor's above the tests.
    crosses : bool
        Whether our side can grade a right answer by itself.
    """

    right: str
    wrong: str
    tests: str
    before: str = ""
    crosses: bool = True


VALUES = {
    "sets": Feature(
        "def letters(word):\n    return set(word), frozenset(word)",
        "def letters(word):\n    return list(word), word",
        "assert letters('abca') == ({'a', 'b', 'c'}, frozenset('abc'))",
    ),
    "complex-numbers": Feature(
        "def roots():\n    return [1j, complex(0, -1)]",
        "def roots():\n    return [1, -1]",
        "assert roots() == [1j, -1j]\nassert all(type(z) is complex for z in roots())",
    ),
    "bytes": Feature(
        "def encoded(s):\n    return s.encode()",
        "def encoded(s):\n    return s",
        "assert encoded('卷积') == '卷积'.encode()\nassert isinstance(encoded(''), bytes)",
    ),
    "string-arrays": Feature(
        "import numpy as np\ndef names():\n    return np.array(['a', '卷积'])",
        "def names():\n    return ['a', '卷积']",
        "import numpy\nassert names().dtype.kind == 'U'\nassert list(names()) == ['a', '卷积']",
    ),
    "bool-and-none": Feature(
        "def is_even(n):\n    return n % 2 == 0\ndef nothing():\n    pass",
        "def is_even(n):\n    return 1\ndef nothing():\n    return 0",
        "assert is_even(2) is True and is_even(3) is False\nassert nothing() is None",
    ),
    "nested-containers": Feature(
        "def tree():\n    return {'a': [1, (2.5, {'b'})], (1, 2): {'c': None, 3: [b'x']}}",
        "def tree():\n    return {'a': [1, [2.5, {'b'}]], (1, 2): {'c': None, 3: [b'x']}}",
        "assert tree() == {'a': [1, (2.5, {'b'})], (1, 2): {'c': None, 3: [b'x']}}\n"
        "assert list(tree()) == ['a', (1, 2)]",
    ),
    "fractions-and-decimals": Feature(
        "from fractions import Fraction\nfrom decimal import Decimal\n"
        "def third():\n    return Fraction(1, 3), Decimal('0.10')",
        "def third():\n    return 1 / 3, 0.1",
        "assert third()[0] * 3 == 1 and isinstance(third()[0], Fraction)\n"
        "assert str(third()[1]) == '0.10'",
    ),
    "float32": Feature(
        "import numpy as np\n"
        "def halves(x):\n    return np.float32(0.5), np.asarray(x, np.float32) / np.float32(2)",
        "def halves(x):\n    return 0.5, [v / 2 for v in x]",
        "import numpy as np\nscalar, array = halves([1, 3])\n"
        "assert type(scalar) is np.float32 and array.dtype == np.float32\n"
        "np.testing.assert_allclose(array, [0.5, 1.5])",
    ),
    "extreme-numbers": Feature(
        "big = 2 ** 200\nodd = [float('nan'), float('inf'), -0.0]",
        "big = 2.0 ** 200\nodd = [0.0, 1e308, 0.0]",
        "import math\nassert type(big) is int and big == 1 << 200\n"
        "assert math.isnan(odd[0]) and odd[1] == math.inf and math.copysign(1, odd[2]) == -1",
    ),
    "array-shapes": Feature(
        "import numpy as np\n"
        "def arrays():\n    return np.zeros((0, 3)), np.array(7), np.arange(6).reshape(2, 3).T",
        "def arrays():\n    return [], 7, [[0, 3], [1, 4], [2, 5]]",
        "import numpy as np\nempty, single, turned = arrays()\n"
        "assert empty.shape == (0, 3) and single.shape == () and turned.shape == (3, 2)\n"
        "assert turned[2, 1] == 5 and turned.dtype == np.arange(1).dtype",
    ),
}

OBJECTS = {
    "objects-keep-their-state": Feature(
        "class Account:\n    def __init__(self):\n        self.balance = 0\n"
        "    def deposit(self, n):\n        self.balance += n\n        return self\n"
        "account = Account()",
        "class Account:\n    balance = 0\n    def deposit(self, n):\n        return self\n"
        "account = Account()",
        "mine = Account()\nmine.deposit(2).deposit(3)\nassert mine.balance == 5\n"
        "assert isinstance(mine, Account)",
    ),
    "state-changed-in-a-later-answer": Feature(
        "account.deposit(40)\nbalance_now = account.balance",
        "balance_now = 4",
        "assert account.balance == 40\nassert balance_now == 40",
    ),
    "state-changed-by-an-earlier-test": Feature(
        "class Tally:\n    n = 0\n    def add(self):\n        self.n += 1\ntally = Tally()",
        "class Tally:\n    n = 0\n    def add(self):\n        pass\ntally = Tally()",
        "tally.add()\nassert tally.n == 1",
    ),
    "attributes-set-by-the-test": Feature(
        "import numpy as np\nclass Layer:\n    weight = None\n    scale = 1\n"
        "    def __call__(self, x):\n        return self.scale * (self.weight @ x)\n"
        "layer = Layer()",
        "class Layer:\n    weight = None\n    scale = 1\n"
        "    def __call__(self, x):\n        return x\nlayer = Layer()",
        "import numpy as np\nlayer.weight = np.array([[1.0, 2.0]])\nLayer.scale = 3\n"
        "assert layer(np.array([1.0, 1.0])).tolist() == [9.0]\n"
        "assert layer.weight.shape == (1, 2)",
    ),
    "operators-and-text-of-objects": Feature(
        "class Vector:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n"
        "    def __add__(self, other):\n        return Vector(self.x + other.x, self.y + other.y)\n"
        "    def __mul__(self, k):\n        return Vector(self.x * k, self.y * k)\n"
        "    def __str__(self):\n        return f'({self.x}, {self.y})'\n"
        "    def __getitem__(self, i):\n        return (self.x, self.y)[i]",
        "class Vector:\n    def __init__(self, x, y):\n        self.x, self.y = x, y",
        "total = (Vector(1, 2) + Vector(3, 4)) * 2\nassert (total.x, total.y) == (8, 12)\n"
        "assert str(total) == '(8, 12)' and f'{total}' == '(8, 12)' and total[1] == 12",
    ),
    "inheritance": Feature(
        "class Animal:\n    def speak(self):\n        return '...'\n"
        "class Dog(Animal):\n    def speak(self):\n        return super().speak() + 'wang'",
        "class Animal:\n    pass\nclass Dog:\n    def speak(self):\n        return 'wang'",
        "rex = Dog()\nassert rex.speak() == '...wang'\nassert isinstance(rex, Animal)",
    ),
    "closures": Feature(
        "def adder(n):\n    return lambda m: n + m",
        "def adder(n):\n    return lambda m: n",
        "add = adder(3)\nassert add(4) == 7 and adder(1)(1) == 2\nassert callable(add)",
    ),
    "built-in-exceptions": Feature(
        "def root(x):\n    if x < 0:\n        raise ValueError(f'negative: {x}')\n"
        "    return x ** 0.5",
        "def root(x):\n    if x < 0:\n        raise TypeError('no')\n    return x ** 0.5",
        "try:\n    root(-1)\nexcept ValueError as error:\n    assert 'negative: -1' in str(error)\n"
        "else:\n    raise AssertionError('did not raise')\nassert root(4) == 2",
    ),
    "exceptions-by-their-base": Feature(
        "def look(d, k):\n    return d[k]",
        "def look(d, k):\n    return d.get(k)",
        "try:\n    look({}, 'a')\nexcept LookupError:\n    pass\nelse:\n    assert False",
    ),
    "custom-exceptions": Feature(
        "class Broke(Exception):\n    pass\ndef pay(n):\n    if n > 10:\n"
        "        raise Broke('only 10')\n    return 10 - n",
        "class Broke(Exception):\n    pass\ndef pay(n):\n    return 10 - n",
        "try:\n    pay(11)\nexcept Broke as error:\n    assert str(error) == 'only 10'\n"
        "else:\n    raise AssertionError('did not raise')\nassert issubclass(Broke, Exception)",
    ),
    "changing-a-list-in-place": Feature(
        "def double(xs):\n    for i in range(len(xs)):\n        xs[i] *= 2\n"
        "def tidy(xs):\n    xs.sort()\n    xs.pop()",
        "def double(xs):\n    return [2 * x for x in xs]\ndef tidy(xs):\n    xs.sort()",
        "numbers = [3, 1, 2]\nassert double(numbers) is None\nassert numbers == [6, 2, 4]\n"
        "alias = numbers\ntidy(numbers)\nassert alias == [2, 4]",
    ),
    "changing-arrays-and-dicts-in-place": Feature(
        "def fill(a, d, rows):\n    a[...] = 7\n    d['n'] = d.get('n', 0) + 1\n"
        "    for row in rows:\n        row.append(0)",
        "def fill(a, d, rows):\n    pass",
        "import numpy as np\na, d, rows = np.zeros(3), {}, [[1], [2]]\nfirst = rows[0]\n"
        "fill(a, d, rows)\nfill(a, d, rows)\n"
        "assert a.tolist() == [7, 7, 7] and d == {'n': 2} and rows == [[1, 0, 0], [2, 0, 0]]\n"
        "assert first is rows[0]",
    ),
    "changing-and-returning": Feature(
        "def pushed(xs, x):\n    xs.append(x)\n    return xs",
        "def pushed(xs, x):\n    return x",
        "stack = [1]\nassert pushed(stack, 2) == [1, 2]",
    ),
    "leaving-arguments-alone": Feature(
        "def ordered(xs):\n    return sorted(xs)",
        "def ordered(xs):\n    xs.sort()\n    return xs",
        "given = [3, 1]\nassert ordered(given) == [1, 3]\nassert given == [3, 1]",
    ),
    "default-and-keyword-arguments": Feature(
        "def area(w, h=2, *rest, unit='m', **more):\n    return w * h, len(rest), unit, more",
        "def area(w, h=2, *rest, unit='m', **more):\n    return w * h",
        "assert area(3) == (6, 0, 'm', {})\n"
        "assert area(3, 3, 1, unit='cm', q=1) == (9, 1, 'cm', {'q': 1})",
    ),
    "generators": Feature(
        "def count():\n    yield 1\n    yield 2",
        "def count():\n    return [1]",
        "assert list(count()) == [1, 2]",
    ),
    "counters": Feature(
        "from collections import Counter\ndef counted(s):\n    return Counter(s)",
        "def counted(s):\n    return {}",
        "assert counted('aab') == {'a': 2, 'b': 1}",
    ),
    "texts-about-functions": Feature(
        "def documented():\n    'Say something.'",
        "def documented():\n    pass",
        "assert documented.__doc__ == 'Say something.'",
    ),
    "kinds-of-containers": Feature(
        "from collections import OrderedDict, defaultdict, deque\nfrom datetime import date\n"
        "def kinds():\n    d = defaultdict(int)\n    d['a'] += 1\n"
        "    return d, deque([1, 2], maxlen=2), OrderedDict(b=1), date(2026, 1, 2)",
        "def kinds():\n    return {'a': 1}, [1, 2], {'b': 2}, None",
        "from collections import OrderedDict, deque\nfrom datetime import date\n"
        "d, q, o, day = kinds()\nassert d == {'a': 1} and d['new'] == 0\n"
        "assert q == deque([1, 2]) and o == OrderedDict(b=1) and day.year == 2026",
    ),
    "types-of-objects": Feature(
        "class Animal:\n    pass\nclass Dog(Animal):\n    pass\ndef dog():\n    return Dog()",
        "class Animal:\n    pass\nclass Dog:\n    pass\ndef dog():\n    return Animal()",
        "assert type(dog()) is Dog and dog().__class__ is Dog\nassert issubclass(Dog, Animal)\n"
        "assert isinstance(dog(), Animal) and type(dog()).__name__ == 'Dog'\n"
        "assert not isinstance(dog(), list) and dog() != Dog()",
    ),
    "attributes-changed-in-place": Feature(
        "import numpy as np\nclass Dense:\n    def __init__(self):\n        self.w = np.ones(2)\n"
        "    def forward(self, x):\n        return self.w @ x",
        "import numpy as np\nclass Dense:\n    def __init__(self):\n        self.w = np.ones(2)\n"
        "    def forward(self, x):\n        return 2",
        "import numpy\ndense = Dense()\nw = dense.w\nw[0] += 1\ndense.w[1] += 2\n"
        "assert dense.forward(numpy.ones(2)) == 5\nmine = numpy.zeros(2)\ndense.w = mine\n"
        "mine[:] = 7\nassert dense.forward(numpy.ones(2)) == 14",
    ),
    "results-changed-in-place": Feature(
        "import numpy as np\ndef ones():\n    return np.ones(2)",
        "import numpy as np\ndef ones():\n    return np.zeros(2)",
        "out = ones()\nout += 1\nassert out.tolist() == [2, 2]",
    ),
    "bitwise-operators": Feature(
        "class Bits:\n    def __init__(self, n):\n        self.n = n\n"
        "    def __or__(self, other):\n        return Bits(self.n | other.n)\n"
        "    def __iand__(self, other):\n        self.n &= other.n\n        return self\n"
        "    def __divmod__(self, other):\n        return divmod(self.n, other)",
        "class Bits:\n    def __init__(self, n):\n        self.n = n",
        "assert (Bits(1) | Bits(2)).n == 3\nb = Bits(6)\nb &= Bits(3)\n"
        "assert b.n == 2 and divmod(b, 2) == (1, 0)",
    ),
    "awaited-functions": Feature(
        "async def plus(x):\n    return x + 1",
        "async def plus(x):\n    return x",
        "assert await plus(1) == 2",
    ),
    "exceptions-with-attributes": Feature(
        "class Short(Exception):\n    def __init__(self, by):\n"
        "        super().__init__(f'{by} short')\n        self.by = by\n"
        "def pay(n):\n    if n > 5:\n        raise Short(n - 5)",
        "class Short(Exception):\n    pass\ndef pay(n):\n    raise Short(n)",
        "try:\n    pay(7)\nexcept Short as error:\n    assert error.by == 2\n"
        "    assert str(error) == '2 short'\nelse:\n    assert False\npay(1)",
    ),
    "global-counters": Feature(
        "calls, seen = 0, []\ndef visit(x):\n    global calls\n    calls += 1\n    seen.append(x)",
        "calls, seen = 0, []\ndef visit(x):\n    pass",
        "visit(3)\nvisit(4)\nassert calls == 2\nassert seen == [3, 4]",
    ),
    "seeded-draws": Feature(
        "import random\nimport numpy as np\ndef draw():\n"
        "    return np.random.rand(), random.random()",
        "def draw():\n    return 0.5, 0.5",
        "import random\nimport numpy\nnumpy.random.seed(3)\nrandom.seed(4)\nown = draw()\n"
        "numpy.random.seed(3)\nrandom.seed(4)\n"
        "assert own == (numpy.random.rand(), random.random())",
    ),
}

NAMES = {
    "a-name-deleted-and-bound-again": Feature(
        "def one():\n    return 1\ndef two():\n    return one() + one()",
        "def one():\n    return 1\ndef two():\n    return 2",
        "kept = one\ndel one\ntry:\n    two()\nexcept NameError:\n    pass\n"
        "else:\n    raise AssertionError('two does not use one')\nfinally:\n    one = kept\n"
        "assert two() == 2",
    ),
    "a-value-bound-by-the-test": Feature(
        "rate = 2\ndef price(n):\n    return n * rate",
        "rate = 2\ndef price(n):\n    return n * 2",
        "rate = 5\nassert price(3) == 15",
    ),
    "helpers-in-locked-cells": Feature(
        "def cube(n):\n    return n ** 3",
        "def cube(n):\n    return n * 3",
        "assert table(3) == [0, 1, 8]\nassert apply_twice(cube, 2) == 512\nassert LIMIT == 3",
        before="LIMIT = 3\ndef table(n):\n    return [cube(i) for i in range(n)]\n"
        "def apply_twice(f, x):\n    return f(f(x))",
    ),
    "constants-that-the-answer-makes": Feature(
        "def load():\n    return [1, 2, 3]",
        "def load():\n    return [1, 2]",
        "assert sum(loaded) == 6",
        before="loaded = load()",
    ),
    "imports-in-answers": Feature(
        "import math\nimport numpy as np\nfrom collections import Counter as Bag\n"
        "def area_of(r):\n    return math.pi * r ** 2",
        "def area_of(r):\n    return r",
        "assert math.isclose(area_of(2), 4 * np.pi)\nassert Bag('aa')['a'] == 2",
    ),
    "a-variable-of-a-visible-test": Feature(
        "def squared(n):\n    return n * n",
        "def squared(n):\n    return n + n",
        "result = squared(7)\nassert result == 49",
    ),
    "its-use-in-a-later-answer": Feature(
        "more = result + 1", "more = 7", "assert more == 50 and result == 49"
    ),
    "what-a-failed-cell-leaves-behind": Feature(
        "def kept_one():\n    return 1",
        "def kept_one():\n    return 1\nraise RuntimeError('after it')",
        "assert kept_one() == 1",
    ),
    "a-syntax-error": Feature(
        "def fine():\n    return 1", "def fine(:\n    return 1", "assert fine() == 1"
    ),
}

NOTEBOOKS = {
    "plots": Feature(
        "%matplotlib inline\nimport matplotlib.pyplot as plt\n"
        "def plot():\n    figure, axes = plt.subplots()\n    axes.plot([0, 1], [1, 3])\n"
        "    axes.set_title('A line')\n    return axes\nplot()\nplt.plot([1, 2])\nplt.show()",
        "import matplotlib.pyplot as plt\ndef plot():\n    return plt.subplots()[1]\nplot()",
        "axes = plot()\nassert axes.get_title() == 'A line'\n"
        "assert axes.lines[0].get_xydata().tolist() == [[0, 1], [1, 3]]",
    ),
    "rich-display": Feature(
        "from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))\nshown = 1\n"
        "def show(x):\n    display(HTML(str(x)))\n    return x\nshow(2)",
        "shown = 2\ndef show(x):\n    pass",
        "from IPython.display import HTML, display\ndisplay(HTML('<i>test</i>'))\n"
        "assert shown == 1\nassert show(3) == 3",
    ),
    "await": Feature(
        "import asyncio\nawait asyncio.sleep(0)\nasync def soon():\n    return 5\n"
        "waited = await soon()",
        "waited = 4",
        "import asyncio\nawait asyncio.sleep(0)\nassert waited == 5",
    ),
    "magics": Feature(
        "%matplotlib inline\n%pwd\nfor_magic = 1",
        "%matplotlib inline\n%pwd\nfor_magic = 2",
        "%config InlineBackend.figure_format = 'png'\nassert for_magic == 1",
    ),
    "cell-magics": Feature(
        "%%capture said\nprint('hidden')\ndef timed():\n    return 3",
        "%%capture said\nprint('hidden')\ndef timed():\n    return 4",
        "assert timed() == 3",
    ),
    "prints": Feature(
        "def greet(n):\n    print('hello', n)\n    return n\ngreet(1)",
        "def greet(n):\n    print('hello', n)\ngreet(1)",
        "print('testing')\nassert greet(2) == 2",
    ),
    "captured-prints": Feature(
        "def hello():\n    print('hello')",
        "def hello():\n    print('bye')",
        "import io\nfrom contextlib import redirect_stdout\n"
        "with redirect_stdout(io.StringIO()) as out:\n    hello()\n"
        "assert out.getvalue() == 'hello\\n'",
    ),
    "redirected-prints": Feature(
        "def hi():\n    print('hi')",
        "def hi():\n    print('bye')",
        "import io\nimport sys\nkept_stream, sys.stdout = sys.stdout, io.StringIO()\n"
        "hi()\ntext, sys.stdout = sys.stdout.getvalue(), kept_stream\nassert text == 'hi\\n'",
    ),
    "a-warning-in-a-call": Feature(
        "def quiet():\n    return 1",
        "import warnings\ndef quiet():\n    warnings.warn('careful')\n    return 1",
        "assert quiet() == 1",
    ),
    "a-warning-in-an-answer": Feature(
        "import warnings\nwarnings.warn('careful')\nloud = 1", "loud = 2", "assert loud == 1"
    ),
    "points-by-last-value": Feature(
        "def grade_me(n):\n    return n * 2",
        "def grade_me(n):\n    return 4",
        "points = 0\nfor n in (1, 2, 3, 4):\n    points += 0.25 * (grade_me(n) == 2 * n)\npoints",
    ),
    NUMPY_POINTS: Feature(
        "def grade_too(n):\n    return n * 2",
        "def grade_too(n):\n    return 4",
        "import numpy as np\nnp.mean([grade_too(n) == 2 * n for n in (1, 2)])",
    ),
    "no-points-at-all": Feature(
        "def zero():\n    return 1", "def zero():\n    return 0", "0.5 * (zero() == 1)"
    ),
    "a-last-value-that-is-no-number": Feature(
        "def word():\n    return 'w'", "def word():\n    return 'v'", "assert word() == 'w'\nword()"
    ),
}

OPAQUE = {
    "equality-of-objects": Feature(
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n"
        "def p():\n    return P(1)",
        "def p():\n    return 2",
        "assert p() == p()\nassert p() != 2",
        crosses=False,
    ),
    "length-of-objects": Feature(
        "class Deck:\n    def __len__(self):\n        return 52",
        "class Deck:\n    pass",
        "assert len(Deck()) == 52",
        crosses=False,
    ),
    "replaced-input": Feature(
        "def ask():\n    return input('name?')",
        "def ask():\n    return ''",
        "from unittest.mock import patch\n"
        "with patch('builtins.input', return_value='Ada'):\n    assert ask() == 'Ada'",
        crosses=False,
    ),
    "the-current-figure": Feature(
        "import matplotlib.pyplot as plt\ndef draw_line():\n    plt.plot([1, 2])",
        "def draw_line():\n    pass",
        "import matplotlib.pyplot\ndraw_line()\nassert len(matplotlib.pyplot.gca().lines) == 1",
        crosses=False,
    ),
    "functions-of-the-test-as-arguments": Feature(
        "def twice(f, x):\n    return f(f(x))",
        "def twice(f, x):\n    return x",
        "assert twice(lambda n: n + 1, 1) == 3",
        crosses=False,
    ),
    "arrays-of-objects": Feature(
        "import numpy as np\ndef mixed():\n    return np.array([1, 'a', None], dtype=object)",
        "def mixed():\n    return [1]",
        "assert mixed()[1] == 'a'\nassert mixed().shape == (3,)",
    ),
    "files-that-an-answer-writes": Feature(
        "with open('written.txt', 'w') as stream:\n    stream.write('7')",
        "pass",
        "assert open('written.txt').read() == '7'",
        crosses=False,
    ),
}
# Cells that stand below the tests of a feature, and go on from there.
LATER = {
    "state-changed-by-an-earlier-test": "tally.add()\nassert tally.n == 2",
}
FEATURES = VALUES | OBJECTS | NAMES | NOTEBOOKS | OPAQUE
WITH_FILES = {
    "data-file": Feature(
        "from pathlib import Path\ntext = Path('data.txt').read_text()",
        "text = ''",
        "from pathlib import Path\nassert text == Path('data.txt').read_text() == 'data\\n'\n"
        "import helper\nassert helper.LINES == len(text.splitlines())",
    ),
    "student-file": Feature("own = open('mine.txt').read()", "own = ''", "assert own == 'mine'"),
}
STUDENTS = ("right", "wrong", "untouched")


def notebook_of(features):
    cells = []
    for name, feature in features.items():
        cells.append(answer(name, feature.right))
        if feature.before:
            cells.append(locked(f"{name}-before", feature.before))
        cells.append(grade_cell(f"{name}-tests", feature.tests))
        if name in LATER:
            cells.append(grade_cell(f"{name}-tests-later", LATER[name]))
    return cells


class Graded:
    """One course, graded by nbgrader and by the command."""

    def __init__(self, course, assignment, students):
        self.assignment = assignment
        self.stock = course.copy(course.root.with_name(f"{course.root.name}-stock"))
        self.ours = course.copy(course.root.with_name(f"{course.root.name}-ours"))
        with ThreadPoolExecutor() as pool:
            done = pool.submit(self.stock.grade_with_nbgrader, assignment, students)
            self.ours.grade(assignment)
            done.result()
        self.theirs = self.stock.marks(assignment)
        self.marks = self.ours.marks(assignment)


@pytest.fixture(scope="module")
def ps1(tmp_path_factory):
    """The course of nbgrader's quickstart."""
    course = courses.quickstart(tmp_path_factory.mktemp("quickstart") / "course")
    course.generate("ps1")
    solved = course.solutions("ps1")
    partly = {
        "squares": "def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]",
        "sum_of_squares": "def sum_of_squares(n):\n    return sum(i ** 2 for i in range(n + 1))",
        "part-a": "Fibonacci.",
    }
    course.hand_in("solved", "ps1", solved)
    course.hand_in("untouched", "ps1", {}, without=["problem2"])
    course.hand_in("partly", "ps1", partly, without=["problem2"])
    return Graded(course, "ps1", ["solved", "untouched", "partly"])


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    """A course of everything that a course of Python uses."""
    course = new_course(tmp_path_factory.mktemp("features") / "course")
    (course.root / "plugin.py").write_text(PLUGIN)
    course.add_config("import sys; from pathlib import Path")
    course.add_config("sys.path.insert(0, str(Path(__file__).parent))")
    course.add_config("from plugin import Half; c.AssignLatePenalties.plugin_class = Half")
    course.write_source("ps", "python", notebook_of(FEATURES))
    cells = [
        *notebook_of(WITH_FILES),
        manual("essay", "Everything that can be said."),
        manual("program", "print('an answer')", is_code=True),
        task("chore", "Do something."),
    ]
    files = {"data.txt": "data\n", "helper.py": "LINES = 1\n"}
    course.write_source("ps", "marks", cells, files)
    with course.gradebook() as gradebook:
        gradebook.add_assignment("ps", duedate="2020-01-02 00:00:00 UTC")
    course.generate("ps")
    wrong = {name: feature.wrong for name, feature in (FEATURES | WITH_FILES).items()}
    written = {"essay": "Little.", "program": "print(1)"}
    mine = {"mine.txt": "mine"}
    course.hand_in("right", "ps", course.solutions("ps") | written, files=mine)
    course.hand_in("wrong", "ps", wrong, files={"data.txt": "changed"}, at="2020-01-05 00:00")
    course.hand_in("untouched", "ps", {}, without=["marks"])
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student("right")
        gradebook.update_or_create_submission("ps", "right")
        gradebook.find_grade("essay", "marks", "ps", "right").manual_score = 1.5
        gradebook.find_grade("closures-tests", "python", "ps", "right").manual_score = 0.5
        gradebook.db.commit()
    return Graded(course, "ps", STUDENTS)


@pytest.mark.parametrize("student", ["solved", "untouched", "partly"])
def test_the_quickstart_course_gets_the_same_marks(ps1, student):
    theirs = {place: mark for place, mark in ps1.theirs.items() if place[0] == student}
    assert len(theirs) == 9
    assert {place: mark for place, mark in ps1.marks.items() if place[0] == student} == theirs


def test_the_quickstart_course_notices_whoever_does_not_use_squares(ps1):
    place = ("problem1", "sum_of_squares_uses_squares")
    assert ps1.marks["solved", *place] == Mark(0.5, False)
    assert ps1.marks["partly", *place] == Mark(0, False)


@pytest.mark.parametrize(
    "name", [n for n, f in FEATURES.items() if f.crosses and n != NUMPY_POINTS]
)
def test_the_same_mark_for(features, name):
    cells = [f"{name}-tests"] + [f"{name}-tests-later"] * (name in LATER)
    places = [(student, "python", cell) for student in STUDENTS for cell in cells]
    assert [features.marks[p] for p in places] == [features.theirs[p] for p in places]


@pytest.mark.parametrize("name", [n for n, f in FEATURES.items() if not f.crosses])
def test_a_person_decides_about(features, name):
    place = ("right", "python", f"{name}-tests")
    assert features.theirs[place] == Mark(1, False)
    assert features.marks[place] == BY_HAND


@pytest.mark.parametrize("name", list(FEATURES))
def test_nothing_wrong_gets_more_than_from_nbgrader(features, name):
    for student in ("wrong", "untouched"):
        place = (student, "python", f"{name}-tests")
        mark = features.marks[place]
        assert mark == BY_HAND or mark.auto_score <= features.theirs[place].auto_score


def test_points_may_be_a_numpy_number(features):
    """Stock nbgrader cannot read them, and gives full points whatever they are."""
    place = ("python", f"{NUMPY_POINTS}-tests")
    assert features.theirs["wrong", *place] == Mark(1, False)
    assert features.marks["wrong", *place] == Mark(0.5, False)
    assert features.marks["right", *place] == Mark(1, False)


@pytest.mark.parametrize("name", list(WITH_FILES))
def test_answers_and_tests_read_the_files_beside_them(features, name):
    places = [(student, "marks", f"{name}-tests") for student in STUDENTS]
    assert features.theirs[places[0]] == Mark(1, False)
    assert [features.marks[p] for p in places] == [features.theirs[p] for p in places]


@pytest.mark.parametrize("name", ["essay", "program", "chore"])
def test_what_a_person_grades_waits_for_one(features, name):
    places = [(student, "marks", name) for student in STUDENTS]
    assert features.theirs[places[0]] == BY_HAND
    assert [features.marks[p] for p in places] == [features.theirs[p] for p in places]


def test_a_missing_notebook_is_worth_nothing(features):
    missing = {p: m for p, m in features.theirs.items() if p[:2] == ("untouched", "marks")}
    assert {place: features.marks[place] for place in missing} == missing


def test_the_course_s_own_plugin_takes_points_from_late_work(features):
    theirs = features.stock.penalties("ps")
    assert theirs["wrong", "python"] > 0
    assert not theirs["right", "python"]
    ours = features.ours.penalties("ps")
    with features.ours.gradebook() as gradebook:
        scores = {
            name: gradebook.find_submission_notebook(name, "ps", "wrong").score
            for name in ("python", "marks")
        }
    assert ours["wrong", "python"] == scores["python"] / 2
    assert ours["wrong", "marks"] == theirs["wrong", "marks"] == scores["marks"] / 2
    assert {p: v or 0 for p, v in ours.items() if p[0] != "wrong"} == {
        p: v or 0 for p, v in theirs.items() if p[0] != "wrong"
    }


def test_a_score_that_a_person_gave_survives_grading_again(features):
    for course in (features.stock, features.ours):
        with course.gradebook() as gradebook:
            essay = gradebook.find_grade("essay", "marks", "ps", "right")
            closures = gradebook.find_grade("closures-tests", "python", "ps", "right")
            assert (essay.score, closures.score, closures.auto_score) == (1.5, 0.5, 1)
            # Both are marked for another look: the submission may have changed.
            assert essay.needs_manual_grade
            assert closures.needs_manual_grade


def test_more_points_than_there_are_wait_for_a_person():
    """Stock nbgrader gives up the whole submission there."""
    cells = [answer("a", "n = 1"), grade_cell("too-many", "n + 1"), grade_cell("fine", "n / 2")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    worker = Worker(Settings(REPOSITORY / ".box", "bubblewrap"))
    with worker.sandbox:
        outcomes = worker.grade(Task(notebook, notebook)).outcomes
    assert outcomes["too-many"].points is None
    assert outcomes["fine"].points == 0.5
