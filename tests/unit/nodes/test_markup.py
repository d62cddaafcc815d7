"""HTML, HTML Extract, XML and Markdown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.nodes.builtin import html_extract
from headrace.nodes.builtin.html import html
from headrace.nodes.builtin.html.documents import MAX_DEPTH, parse
from headrace.nodes.builtin.html.selecting import select
from headrace.nodes.builtin.html.text_layout import readable_text
from headrace.nodes.builtin.markdown import markdown
from headrace.nodes.builtin.markdown.from_html import Style, to_markdown
from headrace.nodes.builtin.markdown.to_html import to_html
from headrace.nodes.builtin.xml import xml
from headrace.nodes.builtin.xml.reading import Reading, from_xml
from headrace.nodes.builtin.xml.writing import Writing, to_xml
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, Link
from headrace.sdk.testing import try_node

PAGE = """
<div id="shop" class="big blue">
  <h2>Fruit</h2>
  <p lang="en-GB">Apples <b>and</b> pears</p><p>Plums</p>
  <span data-price="3">3</span>
  <ul><li>one<li class="x">two<li>three</ul>
  <input type="checkbox" checked value="yes">
  <select><option value="1">a</option><option selected>b</option></select>
</div>
<p>End</p>
"""


def found(selector: str, page: str = PAGE) -> list[str]:
    return [element.text().strip() for element in select(parse(page), selector)]


# Selectors


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("p", ["Apples and pears", "Plums", "End"]),
        ("div p", ["Apples and pears", "Plums"]),
        ("body > p", ["End"]),
        ("p + span", ["3"]),
        ("p ~ p", ["Plums"]),
        ("h2 ~ span", ["3"]),
        ("#shop h2, li.x", ["Fruit", "two"]),
        (".big.blue > h2", ["Fruit"]),
        ("[data-price='3']", ["3"]),
        ("[lang|=en]", ["Apples and pears"]),
        ('[lang="EN-gb" i]', ["Apples and pears"]),
        ("p:not([lang])", ["Plums", "End"]),
        ("p:has(b)", ["Apples and pears"]),
        ("p:has(+ span)", ["Plums"]),
        ("div:is(.blue, .red) h2", ["Fruit"]),
        ("li:nth-child(odd)", ["one", "three"]),
        ("li:nth-last-child(2)", ["two"]),
        ("p:first-of-type", ["Apples and pears", "End"]),
        ("b:only-child", ["and"]),
        ("li:last-child", ["three"]),
        ("option:selected", ["b"]),
        ("p:first", ["Apples and pears"]),
        ("div p:last", ["Plums"]),
        ("li:eq(1)", ["two"]),
        ("li:eq(-1)", ["three"]),
        ("li:gt(0)", ["two", "three"]),
        ("li:lt(1)", ["one"]),
        ("li:even", ["one", "three"]),
        (":header", ["Fruit"]),
        ('p:contains("lum")', ["Plums"]),
        ("nothing", []),
        ("", []),
    ],
)
def test_elements_are_found_by_selectors(selector: str, expected: list[str]) -> None:
    assert found(selector) == expected


@pytest.mark.parametrize("selector", ["p[", "p:::", "p:unheard-of", "li:eq(x)", "p::before", "li:nth-child(q)"])
def test_a_malformed_selector_is_an_error(selector: str) -> None:
    with pytest.raises(NodeError):
        found(selector)


def test_selecting_takes_time_in_proportion_to_the_page() -> None:
    wide = "<ul>" + "<li><b>x</b>" * 20_000 + "</ul>"

    assert len(found("ul li:nth-child(even) ~ li:has(b) b:first-child", wide)) == 19_998


# Documents


def test_html_is_read_as_browsers_read_it() -> None:
    body = parse("<table><tr><td>1<td>2</table><p>a<p>b &amp; c<br></p>")

    assert select(body, "body")[0].inner_html() == (
        "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table><p>a</p><p>b &amp; c<br></p>"
    )


def test_comments_and_scripts_are_handed_on_as_they_are() -> None:
    source = '<p title="a&quot;b">x</p><!-- y --><script>if (a < b) {}</script>'

    assert select(parse(source), "p")[0].outer_html() == '<p title="a&quot;b">x</p>'
    assert "".join(part.inner_html() for part in select(parse(source), "html")).count("a < b") == 1


def test_a_page_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(NodeError, match="nested deeper"):
        parse("<div>" * 5_000)


def test_what_is_nested_too_deeply_to_walk_is_moved_up() -> None:
    page = parse("<div>" * (MAX_DEPTH * 2) + "core" + "</div>" * (MAX_DEPTH * 2))

    assert page.text() == "core"


@given(source=st.text(alphabet="<>/abp \"'=!-&;x\n", max_size=200))
def test_any_text_can_be_read_laid_out_and_turned_to_markdown(source: str) -> None:
    page = parse(source)

    assert isinstance(readable_text(page.children), str)
    assert isinstance(to_markdown(source, Style()), str)
    assert parse(page.outer_html()).text().split() == page.text().split()


# Readable text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<h1>A b</h1><p>c</p>", "A B\n\nc"),
        ("<p>a</p><div>b</div><div>c</div>", "a\n\nb\nc"),
        ('<a href="mailto:x@y.z">me</a> <a href="#top">up</a> <a href="http://q"></a>', "me [x@y.z] up http://q"),
        ('<img alt="logo" src="l.png"><img src="m.png">', "logo [l.png][m.png]"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", " * a\n * b\n   * c"),
        ('<ol start="9"><li>a<li>b</ol>', " 9.  a\n 10. b"),
        ('<ol type="i"><li>a<li>b</ol>', " i.  a\n ii. b"),
        ("<blockquote>a<br>b</blockquote>", "> a\n> b"),
        ("<pre> a\n  b</pre>", " a\n  b"),
        ("a<hr>b", "a\n\n" + "-" * 80 + "\n\nb"),
        ("<script>no</script><style>no</style>yes", "yes"),
        ("<table><tr><td>1</td> <td>2</td></tr></table>", "1 2"),
        ("word " * 20, ("word " * 16).strip() + "\n" + ("word " * 4).strip()),
    ],
)
def test_html_is_laid_out_as_text(source: str, expected: str) -> None:
    body = select(parse(source), "body")[0]

    assert readable_text(body.children) == expected


# HTML


def wanted(key: str, selector: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "cssSelector": selector, **more}


async def extracted(page: Any, *values: dict[str, Any], version: float = 1.2, **options: Any) -> list[Any]:
    run = await try_node(
        html,
        parameters={
            "operation": "extractHtmlContent",
            "extractionValues": {"values": list(values)},
            "options": options,
        },
        items=[{"data": page}],
        version=version,
    )
    json: list[Any] = run.json[0]
    return json


async def test_values_are_taken_out_of_html() -> None:
    (made,) = await extracted(
        PAGE,
        wanted("title", "h2"),
        wanted("inside", "p", returnValue="html"),
        wanted("price", "span", returnValue="attribute", attribute="data-price"),
        wanted("all", "span", returnValue="attribute"),
        wanted("chosen", "select", returnValue="value"),
        wanted("box", "input", returnValue="value"),
        wanted("list", "li", returnArray=True),
        wanted("missing", "h6", returnValue="html"),
        wanted("text of nothing", "h6"),
    )

    assert made == {
        "title": "Fruit",
        "inside": "Apples <b>and</b> pears",
        "price": "3",
        "all": {"data-price": "3"},
        "chosen": "b",
        "box": "yes",
        "list": ["one", "two", "three"],
        "text of nothing": "",
    }


async def test_text_is_laid_out_from_version_1_2_on() -> None:
    page = "<div><p>a</p><p>b</p></div>"

    assert await extracted(page, wanted("t", "div"), version=1.2) == [{"t": "a\n\nb"}]
    assert await extracted(page, wanted("t", "div"), version=1.1) == [{"t": "ab"}]
    assert await extracted(page, wanted("t", "p"), version=1) == [{"t": "ab"}]


async def test_elements_can_be_left_out_of_the_text() -> None:
    page = "<div>a <a href=x>b</a> <i>c</i></div>"

    assert await extracted(page, wanted("t", "div", skipSelectors="a, i")) == [{"t": "a"}]


async def test_values_are_trimmed_and_cleaned_up_when_asked_for() -> None:
    page = "<p> a\n  b </p>"
    value = wanted("t", "p", returnValue="html")

    assert await extracted(page, value) == [{"t": " a\n  b "}]
    assert await extracted(page, value, trimValues=True) == [{"t": "a\n  b"}]
    assert await extracted(page, value, cleanUpText=True) == [{"t": "a b"}]


async def test_a_list_of_pages_becomes_an_item_each() -> None:
    assert await extracted(["<b>1</b>", "<b>2</b>"], wanted("n", "b")) == [{"n": "1"}, {"n": "2"}]


async def test_html_is_taken_from_a_file() -> None:
    run = await try_node(
        html,
        parameters={
            "operation": "extractHtmlContent",
            "sourceData": "binary",
            "dataPropertyName": "page",
            "extractionValues": {"values": [wanted("n", "b")]},
        },
        items=[Item(json={}, binary={"page": Binary(id="p")})],
        binaries={"p": "<b>é</b>".encode()},
    )

    assert run.json == [[{"n": "é"}]]


async def test_a_missing_property_is_an_error_of_its_item() -> None:
    run = await try_node(
        html,
        parameters={"operation": "extractHtmlContent", "extractionValues": {"values": [wanted("n", "b")]}},
        items=[{}, {"data": "<b>x"}],
        on_error="continueRegularOutput",
    )

    assert run.json == [[{"error": 'No property named "data" exists!'}, {"n": "x"}]]


async def test_a_template_is_filled_in_one_pass() -> None:
    values = {"{{ 1 }}": "{{ 2 }}", "{{ 2 }}": [1, 2]}

    run = await try_node(
        html,
        parameters={"html": "<p>{{ 1 }}</p>{{ 2 }}"},
        evaluate=lambda expression, _, __: values[expression],
    )

    assert run.json == [[{"html": "<p>{{ 2 }}</p>1,2"}]]


async def test_items_become_a_table() -> None:
    run = await try_node(
        html,
        parameters={
            "operation": "convertToHtmlTable",
            "options": {"customStyling": True, "capitalize": True, "caption": "C", "tableAttributes": 'id="t"'},
        },
        items=[{"unit_price": 1, "ok": True}, {"unit_price": "<b>2</b>"}],
    )

    assert run.json == [
        [
            {
                "table": '<table  id="t"><caption>C</caption><thead  ><tr><th>Unit Price</th><th>Ok</th></tr></thead>'
                '<tbody><tr  ><td  >1</td><td  ><input type="checkbox" checked="checked"/></td></tr>'
                "<tr  ><td  ><b>2</b></td><td  >undefined</td></tr></tbody></table>"
            }
        ]
    ]
    assert run.outputs[0][0].paired_item == [Link(item=0), Link(item=1)]


async def test_html_extract_trims_unless_told_otherwise() -> None:
    values = {"values": [wanted("t", "p"), wanted("all", "p", returnArray=True)]}
    items = [{"in": {"page": "<p> a </p><p>b</p>"}}]
    parameters = {"dataPropertyName": "in.page", "extractionValues": values}

    trimmed = await try_node(html_extract, parameters=parameters, items=items)
    bare = await try_node(html_extract, parameters={**parameters, "options": {"trimValues": False}}, items=items)

    assert trimmed.json == [[{"t": "a b", "all": ["a", "b"]}]]
    assert bare.json == [[{"t": " a b", "all": [" a ", "b"]}]]


# XML


@pytest.mark.parametrize(
    ("source", "how", "expected"),
    [
        ('<a x="1"><b>t</b><b/></a>', {}, {"a": {"x": "1", "b": ["t", ""]}}),
        ('<a x="1">t</a>', {"merge_attributes": False}, {"a": {"_": "t", "$": {"x": "1"}}}),
        ('<a x="1">t</a>', {"ignore_attributes": True}, {"a": "t"}),
        ("<a><b>t</b></a>", {"lists_always": True}, {"a": {"b": ["t"]}}),
        ("<a><b>t</b></a>", {"keep_root": False}, {"b": "t"}),
        ("<A><B> t  u </B></A>", {"lower_tags": True, "normalize": True}, {"a": {"b": "t u"}}),
        ("<a> t </a>", {"trim": True}, {"a": "t"}),
        ("<a>x<b/>y</a>", {"text_key": "#"}, {"a": {"#": "xy", "b": ""}}),
        ("<n:a xmlns:n='u'><n:b/></n:a>", {}, {"n:a": {"xmlns:n": "u", "n:b": ""}}),
        ("<a><![CDATA[<b>&]]></a>", {}, {"a": "<b>&"}),
        ('\ufeff<?xml version="1.0" encoding="latin1"?><!-- c --><a>é&#33;</a>', {}, {"a": "é!"}),
        ("<!DOCTYPE a><a/>", {}, {"a": ""}),
        ("  ", {}, None),
    ],
)
def test_xml_becomes_json(source: str, how: dict[str, Any], expected: Any) -> None:
    assert from_xml(source, Reading(**how)) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("no xml", "Non-whitespace before first tag."),
        ("<a><b></a>", "Unexpected close tag"),
        ("<a>", "Unclosed root tag"),
        ("<a>&nbsp;</a>", "Invalid character entity"),
        ("<a/>more", "Text data outside of root node."),
        ("<a>" * 1000 + "</a>" * 1000, "nested deeper"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "declares entities"),
    ],
)
def test_xml_that_cannot_be_read_says_why(source: str, message: str) -> None:
    with pytest.raises(NodeError, match=message):
        from_xml(source, Reading())


def test_json_becomes_xml() -> None:
    value = {"a": {"$": {"x": 'q"'}, "b": [1, {"c": None}], "d": "<&", "e": True, "f": {}}}

    assert to_xml(value, Writing(headless=True)).split("\n") == [
        '<a x="q&quot;">',
        "  <b>1</b>",
        "  <b>",
        "    <c/>",
        "  </b>",
        "  <d>&lt;&amp;</d>",
        "  <e>true</e>",
        "  <f/>",
        "</a>",
    ]


@pytest.mark.parametrize(
    ("value", "how", "expected"),
    [
        ({"a": 1, "b": 2}, {}, "<root>\n  <a>1</a>\n  <b>2</b>\n</root>"),
        ({"a": 1}, {"root": "r"}, "<r>\n  <a>1</a>\n</r>"),
        ({"a": {"_": "t"}}, {}, "<a>t</a>"),
        ({"a": "<"}, {"cdata": True}, "<a><![CDATA[<]]></a>"),
        ({"a": "]]>"}, {"cdata": True}, "<a><![CDATA[]]]]><![CDATA[>]]></a>"),
        ({}, {}, "<root/>"),
    ],
)
def test_the_root_and_text_are_written_as_asked_for(value: Any, how: dict[str, Any], expected: str) -> None:
    assert to_xml(value, Writing(headless=True, **how)) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [({"a b": 1}, "Invalid character in name"), ({"a": "\x00"}, "Invalid character in string")],
)
def test_what_xml_cannot_hold_is_an_error(value: Any, message: str) -> None:
    with pytest.raises(NodeError, match=message):
        to_xml(value, Writing())


NAMES = st.from_regex(r"[a-z]{1,5}", fullmatch=True)
TREES = st.recursive(
    st.text(alphabet="ab<&>\"' ", min_size=1).filter(str.strip),
    lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3),
    max_leaves=8,
)


@given(tree=st.dictionaries(NAMES, TREES, min_size=1, max_size=1))
def test_what_was_written_is_read_again(tree: dict[str, Any]) -> None:
    assert from_xml(to_xml(tree, Writing()), Reading()) == tree


async def test_the_node_works_both_ways() -> None:
    xmled = await try_node(xml, parameters={"mode": "jsonToxml", "dataPropertyName": "x"}, items=[{"a": {"b": 1}}])
    back = await try_node(xml, parameters={"dataPropertyName": "x"}, items=xmled.json[0])

    assert back.json == [[{"a": {"b": "1"}}]]


async def test_a_missing_xml_property_is_an_error() -> None:
    with pytest.raises(NodeError, match='Item has no JSON property called "data"'):
        await try_node(xml, items=[{}])


# HTML to Markdown


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<h3>A_b</h3><p>c</p>", "### A\\_b\n\nc"),
        ("<p>a <b>b </b>c <i>d</i> <del>e</del></p>", "a **b** c _d_ ~~e~~"),
        ("<b><strong>x</strong></b>", "**x**"),
        ('<a href="http://x/a_(b)" title="t">y</a>', '[y](http://x/a%5F%28b%29 "t")'),
        ('<a href="http://x">http://x</a>', "<http://x>"),
        ("<ul><li>a</li><li>b<ol><li>c</li><li> </li><li>d</li></ol></li></ul>", "* a\n* b  \n   1. c  \n   2. d"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n> \n> b"),
        ("<p>run <code>a`b</code></p>", "run `` a`b ``"),
        ('<pre><code class="language-py">a\n  *b</code></pre>', "```py\na\n  *b\n```"),
        ("a<br>b<hr>c", "a  \nb\n\n---\n\nc"),
        ("<p># no</p><p>1. no</p>", "\\# no\n\n1\\. no"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td></tr></table>",
            "| a    | b |\n| ---- | - |\n| 1\\|2 |   |",
        ),
        ('<img src="i.png" alt="x"><img src="data:image/png;base64,AA"><img>', "![x](i.png)"),
        ("<head><title>t</title></head><p>x</p><script>y</script>", "x"),
    ],
)
def test_html_becomes_markdown(source: str, expected: str) -> None:
    assert to_markdown(source, Style()) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"bulletMarker": "-", "strongDelimiter": "__", "emDelimiter": "*"}, "- __a__ *b*"),
        ({"ignore": "b, h1"}, "* _b_"),
        ({"textReplace": {"values": [{"pattern": "[ab]", "replacement": "<$&>"}]}}, "* **<a>** _<b>_"),
    ],
)
async def test_markdown_is_written_as_asked_for(options: dict[str, Any], expected: str) -> None:
    run = await try_node(
        markdown, parameters={"html": "<ul><li><b>a</b> <i>b</i></li></ul>", "options": options}, items=[{"keep": 1}]
    )

    assert run.json == [[{"keep": 1, "data": expected}]]


async def test_links_can_be_collected_at_the_end() -> None:
    run = await try_node(
        markdown,
        parameters={
            "html": "<p><a href=x>a</a> <a href=y>b</a> <a href=x>c</a></p>",
            "options": {"useLinkReferenceDefinitions": True, "maxConsecutiveNewlines": 2},
        },
    )

    assert run.json == [[{"data": "[a][1] [b][2] [c][1]\n\n[1]: x\n[2]: y"}]]


def test_too_many_line_breaks_are_cut_in_time() -> None:
    assert to_markdown("<pre>a" + "\n " * 50_000 + "\nb</pre>", Style(max_newlines=2)) == "a\n \nb"


# Markdown to HTML


@pytest.mark.parametrize(
    ("source", "options", "expected"),
    [
        ("# A b!\n##C", {}, '<h1 id="ab">A b!</h1>\n<h2 id="c">C</h2>'),
        ("# A\n# A", {"prefixHeaderId": "p"}, '<h1 id="pa">A</h1>\n<h1 id="pa-1">A</h1>'),
        ("# A b", {"ghCompatibleHeaderId": True, "headerLevelStart": 3}, '<h3 id="a-b">A b</h3>'),
        ("# A {x y}", {"customizedHeaderId": True}, '<h1 id="xy">A</h1>'),
        ("##C", {"requireSpaceBeforeHeadingText": True}, "<p>##C</p>"),
        ("# A", {"noHeaderId": True}, "<h1>A</h1>"),
        ('a & b < c > "d"...', {}, '<p>a &amp; b &lt; c > "d"…</p>'),
        ("a\nb  \nc", {}, "<p>a\nb<br />\nc</p>"),
        ("a\nb", {"simpleLineBreaks": True}, "<p>a<br />\nb</p>"),
        ("- a\n- b\n    1. c\n  - d", {}, "<ul>\n<li>a</li>\n<li>b<ol>\n<li>c</li></ol></li>\n<li>d</li>\n</ul>"),
        ("- a\n\n- b", {}, "<ul>\n<li><p>a</p></li>\n<li><p>b</p></li>\n</ul>"),
        ("3. a", {}, '<ol start="3">\n<li>a</li>\n</ol>'),
        ("> a\n> b", {}, "<blockquote>\n  <p>a\n  b</p>\n</blockquote>"),
        ("> a\n\n> b", {}, "<blockquote>\n  <p>a</p>\n  <p>b</p>\n</blockquote>"),
        ("```js\na < b\n```", {}, '<pre><code class="js language-js">a &lt; b\n</code></pre>'),
        ('![x](i.png "t")', {}, '<p><img src="i.png" alt="x" title="t" /></p>'),
        (
            "[x](http://y)",
            {"openLinksInNewWindow": True},
            '<p><a href="http://y" rel="noopener noreferrer" target="_blank">x</a></p>',
        ),
        ("see http://y.z.", {}, "<p>see http://y.z.</p>"),
        (
            "see http://y.z.",
            {"simplifiedAutoLink": True, "excludeTrailingPunctuationFromURLs": True},
            '<p>see <a href="http://y.z">http://y.z</a>.</p>',
        ),
        ("snake_case_name", {}, "<p>snake<em>case</em>name</p>"),
        ("snake_case_name", {"literalMidWordUnderscores": True}, "<p>snake_case_name</p>"),
        ("~~a~~", {"strikethrough": True}, "<p><del>a</del></p>"),
        ("hi @ada", {"ghMentions": True}, '<p>hi <a href="https://github.com/ada">@ada</a></p>'),
        ("<div>\nx\n</div>", {}, "<div>\nx\n</div>"),
        ("***", {}, "<hr />"),
        ("[x](javascript:alert(1))", {}, "<p>[x](javascript:alert(1))</p>"),
    ],
)
def test_markdown_becomes_html(source: str, options: dict[str, Any], expected: str) -> None:
    assert to_html(source, options) == expected


def test_tables_and_task_lists_are_read_when_asked_for() -> None:
    source = "| a | b |\n|---|:-:|\n| 1 | `2` |"

    assert to_html(source, {"tables": True, "tablesHeaderId": True}).split("\n") == [
        "<table>",
        "<thead>",
        "<tr>",
        '<th id="a">a</th>',
        '<th id="b" style="text-align:center;">b</th>',
        "</tr>",
        "</thead>",
        "<tbody>",
        "<tr>",
        "<td>1</td>",
        '<td style="text-align:center;"><code>2</code></td>',
        "</tr>",
        "</tbody>",
        "</table>",
    ]
    assert " checked> done</li>" in to_html("- [x] done", {"tasklists": True})


async def test_a_whole_document_can_be_made() -> None:
    run = await try_node(
        markdown,
        parameters={
            "mode": "markdownToHtml",
            "markdown": "x",
            "destinationKey": "page.html",
            "options": {"completeHTMLDocument": True},
        },
    )

    head = '<!DOCTYPE HTML>\n<html>\n<head>\n<meta charset="utf-8">\n</head>\n'
    assert run.json == [[{"page": {"html": f"{head}<body>\n<p>x</p>\n</body>\n</html>"}}]]


@given(source=st.text(alphabet="*_`[]()#>- \n1.<a&|~", max_size=120))
def test_any_text_is_markdown(source: str) -> None:
    assert isinstance(to_html(source, {"tables": True, "simplifiedAutoLink": True, "ghMentions": True}), str)
