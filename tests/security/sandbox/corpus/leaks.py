"""Python that looks for what another execution had, or leaves something for the next."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import Attack, Language, Sign

SHARED = "GHSA-9cmh-xcqm-5hqr"
POLLUTED = "CVE-2026-77077"

_RESIDUE: Mapping[str, tuple[str, str, str]] = {
    "a module": (
        """
        import sys, types
        m = types.ModuleType('left')
        m.left = '@PLANT@'
        sys.modules['left'] = m
        """,
        """
        import left
        return left.left
        """,
        SHARED,
    ),
    "a builtin": (
        """
        import builtins
        builtins.left = '@PLANT@'
        """,
        "return left",
        SHARED,
    ),
    "a builtin that tells": (
        """
        import builtins
        builtins.sorted = lambda x: '@PLANT@'
        """,
        "return sorted([])",
        POLLUTED,
    ),
    "a global of __main__": (
        """
        import __main__
        __main__.left = '@PLANT@'
        global left
        left = '@PLANT@'
        """,
        """
        import __main__
        return __main__.left
        """,
        SHARED,
    ),
    "a function of a module": (
        """
        import textwrap
        textwrap.fill = lambda *a, **k: '@PLANT@'
        """,
        """
        import textwrap
        return textwrap.fill('')
        """,
        SHARED,
    ),
    "a method of a class": (
        """
        import textwrap
        textwrap.TextWrapper.fill = lambda *a: '@PLANT@'
        """,
        """
        import textwrap
        return textwrap.TextWrapper().fill('')
        """,
        POLLUTED,
    ),
    "a field of a class of the guest": ("type(_items[0]).left = '@PLANT@'", "return type(_items[0]).left", POLLUTED),
    "a default argument": (
        """
        import random
        def f(x=[]):
            x.append('@PLANT@')
        random.choice.__func__.__defaults__ = ('@PLANT@',)
        """,
        """
        import random
        return random.choice.__func__.__defaults__
        """,
        POLLUTED,
    ),
    "a cache": (
        """
        import functools, re
        re._cache['left'] = '@PLANT@'
        """,
        """
        import re
        return re._cache['left']
        """,
        SHARED,
    ),
    "lines of a file": (
        """
        import linecache
        linecache.cache['left'] = (1, None, ['@PLANT@'], 'left')
        """,
        """
        import linecache
        return linecache.getline('left', 1)
        """,
        SHARED,
    ),
    "the environment": (
        """
        import os
        os.environ['LEFT'] = '@PLANT@'
        """,
        """
        import os
        return os.environ['LEFT']
        """,
        SHARED,
    ),
    "a context for decimals": (
        """
        import decimal
        decimal.getcontext().prec = 3
        decimal.DefaultContext.prec = 3
        """,
        """
        import decimal
        return decimal.getcontext().prec == 3 and @PLANTED@
        """,
        SHARED,
    ),
    "the recursion limit": (
        """
        import sys
        sys.setrecursionlimit(12345)
        """,
        """
        import sys
        return sys.getrecursionlimit() == 12345 and @PLANTED@
        """,
        SHARED,
    ),
    "a seeded generator": (
        """
        import random
        random.seed(1)
        """,
        """
        import random, hashlib
        return random.random() == 0.13436424411240122 and @PLANTED@
        """,
        SHARED,
    ),
    "a hook for imports": (
        """
        import sys
        class Left:
            @staticmethod
            def find_spec(name, path=None, target=None):
                if name == 'left':
                    raise ImportError('@PLANT@')
        sys.meta_path.insert(0, Left)
        """,
        """
        try:
            import left
        except ImportError as e:
            return str(e)
        """,
        SHARED,
    ),
    "a hook for audits": (
        """
        import sys
        sys.addaudithook(lambda event, args: print('@PLANT@') if event == 'left' else None)
        import builtins
        builtins.heard = '@PLANT@'
        """,
        """
        import sys
        sys.audit('left')
        return heard
        """,
        SHARED,
    ),
    "a hook for uncaught errors": (
        """
        import sys
        sys.excepthook = lambda *a: None
        sys.left = '@PLANT@'
        """,
        """
        import sys
        return sys.left
        """,
        SHARED,
    ),
    "a trace of threads": (
        """
        import threading
        threading.settrace(lambda *a: None)
        threading.left = '@PLANT@'
        """,
        """
        import threading
        return threading.left
        """,
        SHARED,
    ),
    "a thread that goes on": (
        """
        import threading, time
        def late():
            import builtins
            while True:
                builtins.late = '@PLANT@'
                time.sleep(0.01)
        threading.Thread(target=late, daemon=True).start()
        """,
        """
        import time
        time.sleep(0.05)
        return late
        """,
        SHARED,
    ),
    "a thread-local value": (
        """
        import threading, decimal
        threading.main_thread().left = '@PLANT@'
        """,
        """
        import threading
        return threading.main_thread().left
        """,
        SHARED,
    ),
    "a context variable": (
        """
        import contextvars, builtins
        builtins.v = contextvars.ContextVar('v')
        builtins.v.set('@PLANT@')
        """,
        "return v.get()",
        SHARED,
    ),
    "a codec": (
        """
        import codecs
        codecs.register(lambda n: (_ for _ in ()).throw(LookupError('@PLANT@')) if n == 'left' else None)
        """,
        """
        try:
            'x'.encode('left')
        except LookupError as e:
            return str(e)
        """,
        SHARED,
    ),
    "a warning's filter": (
        """
        import warnings
        warnings.filters.append(('ignore', None, Warning, '@PLANT@', 0))
        warnings.left = '@PLANT@'
        """,
        """
        import warnings
        return warnings.filters[-1][3]
        """,
        SHARED,
    ),
    "static data": (
        "_getWorkflowStaticData('global')['left'] = '@PLANT@'",
        "return _getWorkflowStaticData('global')['left']",
        SHARED,
    ),
    "items": (
        """
        _items[0]['json']['left'] = '@PLANT@'
        import builtins
        builtins.seen = _items
        """,
        "return [i['json'] for i in seen]",
        SHARED,
    ),
    "what was printed": (
        """
        import sys
        sys.left = ['@PLANT@']
        print('@PLANT@')
        """,
        """
        import sys
        return sys.left
        """,
        SHARED,
    ),
}

ATTACKS = (
    *(
        Attack(f"left: {name}", Language.PYTHON, source, Sign.RESIDUE, "residue between executions", after, then=then)
        for name, (source, then, after) in _RESIDUE.items()
    ),
    Attack(
        "left for another tenant: a builtin",
        Language.PYTHON,
        _RESIDUE["a builtin"][0],
        Sign.RESIDUE,
        "residue between tenants",
        SHARED,
        then=_RESIDUE["a builtin"][1],
        across=True,
    ),
)
