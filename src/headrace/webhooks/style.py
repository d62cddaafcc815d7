"""How pages look: for a phone first, by day and by night, with nothing loaded from anywhere."""

STYLE = """
:root{color-scheme:light dark;--page:#f3f5f8;--card:#fff;--text:#18212b;--soft:#56616e;--line:#8b96a3;--main:#1b5fb4;
--on-main:#fff;--bad:#b3261e;--good:#1f7a45;--bad-soft:#fdf1f0;--field:#fff}
@media (prefers-color-scheme:dark){:root{--page:#10151b;--card:#1a212a;--text:#e8edf3;--soft:#a5b1be;--line:#6d7987;
--main:#7db4f5;--on-main:#0b1a2b;--bad:#ff9d94;--good:#7bd6a0;--bad-soft:#34201f;--field:#121820}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;
overflow-wrap:anywhere}
main{background:var(--card);min-height:100vh;padding:1.5rem 1rem 2rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}
.about{color:var(--soft);margin:0 0 1.5rem}
.question{border:0;margin:0 0 1.25rem;padding:0;min-width:0}
label,legend{display:block;font-weight:600;margin-bottom:.35rem;padding:0}
.must{color:var(--bad)}
input,select,textarea,button{font:inherit;color:inherit}
input:not([type=checkbox]):not([type=radio]),select,textarea{width:100%;min-height:2.9rem;padding:.6rem .75rem;
background:var(--field);border:1px solid var(--line);border-radius:.5rem}
textarea{min-height:7rem;resize:vertical}
select[multiple]{min-height:9rem}
.choice{display:flex;gap:.6rem;align-items:center;min-height:2.75rem;font-weight:400;margin:0}
.choice input{width:1.25rem;height:1.25rem;margin:0;flex:none;accent-color:var(--main)}
:focus-visible{outline:3px solid var(--main);outline-offset:2px}
[aria-invalid=true]{border-color:var(--bad)!important}
.wrong{color:var(--bad);margin:.35rem 0 0}
.summary{background:var(--bad-soft);border-left:4px solid var(--bad);padding:.75rem 1rem;margin:0 0 1.5rem}
.summary ul{margin:.25rem 0 0;padding-left:1.25rem}
.summary a{color:var(--bad)}
a{color:var(--main)}
button,.button{display:block;width:100%;min-height:3rem;margin-top:1.75rem;padding:.7rem 1rem;border:0;
border-radius:.5rem;background:var(--main);color:var(--on-main);font-weight:600;text-align:center;
text-decoration:none;cursor:pointer}
.choice-row{display:flex;flex-direction:column;gap:.75rem;margin-top:1.5rem}
.choice-row button{margin:0}
.other{background:transparent;color:var(--text);box-shadow:inset 0 0 0 1px var(--line)}
.mark{width:3rem;height:3rem;border-radius:50%;display:grid;place-items:center;margin:0 0 1rem;font-size:1.5rem;
background:var(--field);box-shadow:inset 0 0 0 2px currentColor;color:var(--soft)}
.mark.good{color:var(--good)}
.mark.bad{color:var(--bad)}
.quiet{color:var(--soft)}
.made{color:var(--soft);font-size:.85rem;margin:2rem 0 0;text-align:center}
@media (min-width:40rem){body{padding:2.5rem 1rem}
main{min-height:0;max-width:38rem;margin:0 auto;padding:2.25rem;border-radius:1rem;box-shadow:0 1px 4px rgba(0,0,0,.15)}
button{width:auto;min-width:10rem}
.choice-row{flex-direction:row}}
"""
