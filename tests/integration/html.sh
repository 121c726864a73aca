#!/usr/bin/env bash
# Documents as pages, looked at in headless Chromium.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
cd "$scratch" || exit 1

cat >app.log <<'L'
2026-11-21T10:00:01.200Z Error: P3018
2026-11-21T10:00:01.203Z ERROR: relation "users" already exists <img src=x onerror="document.title='hit'">
L
cat >checks.yaml <<'C'
checks:
  - { id: api, title: "<script>document.title='hit'</script>", tcp: "127.0.0.1:1", severity: critical, expect: duration < 5s }
  - { id: web, title: "| [x](javascript:alert(1)) `", tcp: "127.0.0.1:1", severity: minor, expect: duration < 5s }
C
cat >facts.yaml <<'F'
title: "Down <b>& out</b> \" onload=\"x"
summary: "<style>body{display:none}</style> &#106;avascript &lt;"
actions: [{ id: A1, text: "a | b \\| c", owner: "`", type: prevent }]
success_criteria: [{ text: Quiet for a day }]
F
"$POSTFLIGHT" verify checks.yaml --log app.log --out out >/dev/null 2>&1
check 'a page by its name' "$POSTFLIGHT" report incident --from out/record.json --facts facts.yaml -o page.html
check 'the document as Markdown' "$POSTFLIGHT" report incident --appendix --from out/record.json --facts facts.yaml -o doc.md
check 'as a page' "$POSTFLIGHT" report html doc.md -o doc.html
check 'is the same page' cmp page.html doc.html
check 'the same bytes again' bash -c '"$1" report html doc.md | cmp - page.html' x "$POSTFLIGHT"
cat >people.md <<'M'
---
title: not for the page
---
# What *people* write &amp; more

<!-- a comment -->
<details><summary>raw</summary><script>document.title='hit'</script></details>

Text <b onclick="x">inline</b> <!-- gone --> &#27;[31m &Tab; ![alt](http://127.0.0.1:9/x.png "t")
[js](javascript:alert(1)) [js](java&#115;cript:alert(1)) [js](JaVaScRiPt:alert(1)) [data](data:text/html,x)
[rel](//evil.example/x) [vb](vbscript:x) [file](file:///etc/passwd) [good](https://example.org/a?b=1&c=2 "t") [near](other.md) [up](../x#y) [mail](mailto:a@example.org)

| a | b | c |
| :-- | :-: | --: |
| pass | `x \| y` | fail |

- [x] done
- [ ] open
  1. one
  2. two

3. three

~~gone~~ **bold** *em*

```html
<script>document.title='hit'</script>
```

## Same
## Same
## Third & last
## `Fourth`
M
printf 'RTL \xe2\x80\xae and ESC \x1b[2J and NUL \x00 and \xff.\n' >>people.md
check "people's document as a page" "$POSTFLIGHT" report html people.md -o people.html
check 'no control byte but LF is in it' bash -c '! LC_ALL=C grep -aqP "[\x00-\x08\x0b-\x1f\x7f]" people.html && ! grep -q "$(printf "\xe2\x80\xae")" people.html'
cat >look.py <<'P'
import sys
sys.path.insert(0, sys.argv[1])
from browser import Browser
bad = 0
def check(name, good, shown=''):
    global bad
    print(('ok - ' if good else 'not ok - ') + name)
    if not good:
        print('#', shown)
        bad = 1
def count(b, selector):
    return b.ask('document.querySelectorAll(%r).length' % selector)
with Browser() as b:
    b.open('page.html')
    title = b.ask('document.title')
    check('no script of a check, a log or a fact has run', 'Down <b>& out</b>' in title, title)
    check('nothing in it can run', count(b, 'script,img,iframe,object,embed,form,link,svg') == 0)
    check('no handler', b.ask("[...document.querySelectorAll('*')].every(e => [...e.attributes].every(a => !a.name.startsWith('on') && a.name != 'style'))"))
    check('one style of ours, and the policy lets it act',
          count(b, 'style') == 1 and b.ask("getComputedStyle(document.querySelector('th')).backgroundColor") == 'rgb(246, 248, 250)')
    check('the browser has nothing to say', b.messages() == [], b.messages())
    check('tables are tables', count(b, 'table') >= 3 and count(b, 'td') > 10)
    check('a bar in a cell is one cell', b.ask("[...document.querySelectorAll('tr')].every(r => r.cells.length == r.closest('table').tHead.rows[0].cells.length)"))
    check('and its text is whole', b.ask("[...document.querySelectorAll('td')].some(c => c.textContent.includes('a | b \\\\\\\\| c'))") or
          b.ask("[...document.querySelectorAll('td')].some(c => c.textContent.includes('a | b \\\\| c'))"))
    check('task lists are boxes', count(b, 'li.task input[type=checkbox][disabled]') > 3)
    check('every heading of the second level is in the contents', count(b, 'nav a') == count(b, 'h2') > 4)
    check('every entry leads to one', b.ask("[...document.querySelectorAll('nav a')].every(a => document.getElementById(a.hash.slice(1)))"))
    check('prompts can be read', 'To be written' in b.ask('document.body.innerText'))
    check('and are seen', count(b, 'p.ask') > 2)
    check('no marker can', 'postflight:' not in b.ask('document.body.innerText'))
    b.open('people.html')
    check('front matter is no text', 'not for the page' not in b.ask('document.body.innerText'))
    check('the title is the first heading', b.ask('document.title') == 'What people write & more', b.ask('document.title'))
    check('raw HTML is text', '<details><summary>raw</summary><script>' in b.ask('document.body.innerText')
          and count(b, 'details:not(.contents),script,b,img') == 0)
    links = b.ask("[...document.querySelectorAll('main > p a')].map(a => a.getAttribute('href'))")
    check('links lead where links may', links == ['https://example.org/a?b=1&c=2', 'other.md', '../x#y', 'mailto:a@example.org'], links)
    check('cells are aligned', b.ask("[...document.querySelectorAll('td')].map(c => getComputedStyle(c).textAlign)") == ['left', 'center', 'right'])
    check('a bar in code', b.ask("document.querySelector('td code').textContent") == 'x | y')
    check('states have a colour and their word', b.ask("[...document.querySelectorAll('td .state')].map(c => c.textContent)") == ['pass', 'fail'])
    check('ids differ', b.ask("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size") == count(b, '[id]') == 4)
    check('boxes', b.ask("[...document.querySelectorAll('input')].map(e => e.checked)") == [True, False])
    check('a list that begins with 3', count(b, 'ol[start="3"]') == 1)
    check('the browser has nothing to say of it', b.messages() == [], b.messages())
    # the policy itself: a script that got in would not run
    page = open('page.html').read()
    open('broken.html', 'w').write(page.replace('<main>', "<main><script>document.title='hit'</script><p style='color:red' id=r>x</p><img src=x onerror=\"document.title='hit'\">"))
    b.open('broken.html')
    check('the policy stops what would get in', b.ask('document.title') != 'hit' and
          b.ask("getComputedStyle(document.getElementById('r')).color") != 'rgb(255, 0, 0)')
with Browser(width=500, height=900) as b: # the least that Chromium takes
    b.open('page.html')
    check('a narrow screen needs no scrolling aside', b.ask('document.documentElement.scrollWidth <= innerWidth'),
          b.ask('[document.documentElement.scrollWidth, innerWidth]'))
with Browser(dark=True) as b:
    b.open('page.html')
    check('dark where people want it dark', b.ask('getComputedStyle(document.body).backgroundColor') == 'rgb(13, 17, 23)')
    pdf = b.call('POST', b.session + '/print', {})
    check('it prints', pdf.startswith('JVBERi0'))
sys.exit(bad)
P
"$python" look.py "$here" || bad=1
check 'a page larger than its limit' bash -c 'head -c 4194305 /dev/zero | tr "\0" x >big.md; ! "$1" report html big.md -o big.html 2>err && [ ! -e big.html ]' x "$POSTFLIGHT"
check 'no document' bash -c '"$1" report html 2>/dev/null; [ $? -eq 2 ]' x "$POSTFLIGHT"
# What GitHub renders in documents of others.
cat >strange.md <<'M'
# Strange

- **Status:** resolved
- **Severity:** critical, for an hour
  - **Status:** within
- **Last:** one

Text[^1].

> [!WARNING]
> careful

| a | b |
| - | - |
| x<br>y | z |

<details>
<summary>More & <b>more</b></summary>

inside

<details><summary>in one line</summary>

</details>

</details>

</details>

<details onclick="x">

[^1]: a
M
"$POSTFLIGHT" report html strange.md >strange.html
shows() { grep -qF -- "$1" strange.html || { cat strange.html; return 1; }; }
check 'a state in the panel is a badge' shows '<strong>Status:</strong> <span class="badge good">resolved</span>'
check 'with what follows it' shows '<span class="badge bad">critical</span>, for an hour'
check 'an alert' shows '<blockquote class="alert">'
check 'a table with one dash' shows '<td>x<br>y</td>'
check 'details' shows '<summary>More &amp; &lt;b&gt;more&lt;/b&gt;</summary>'
check 'details in one line' shows '<summary>in one line</summary>'
check 'an end without a begin is text' shows '&lt;/details&gt;'
check 'details that could act are text' shows '&lt;details onclick=&quot;x&quot;&gt;'
check 'a footnote is one' shows '<li id="note-1"><p>a</p>'
check 'each begin has its end' bash -c '[ "$(grep -c "<details" strange.html)" -eq "$(grep -c "</details>" strange.html)" ]'

# Pictures beside a document are put into its page, and nothing else is.
mkdir -p doc
printf '\x89PNG\r\n\x1a\nrest' >doc/a.png
printf 'secret' >doc/b.png
cp doc/a.png outside.png
ln -s ../outside.png doc/link.png
printf '![graph](a.png) ![no](b.png) ![up](../outside.png) ![link](link.png) ![far](https://x.example/y.png) ![js](javascript:x)\n' >doc/doc.md
check 'a page with pictures' "$POSTFLIGHT" report html doc/doc.md -o pictures.html
check 'has the one beside it' grep -qF '<img alt="" src="data:image/png;base64,iVBORw0KGgpyZXN0"><span class="caption">graph</span>' pictures.html
check 'and no other' bash -c '[ "$(grep -o "<img" pictures.html | wc -l)" -eq 1 ]'
check 'one that is far is a link' grep -qF 'href="https://x.example/y.png">[image: far]</a>' pictures.html
check 'the others are named' grep -qF '[image: no] [image: up] [image: link]' pictures.html
check 'nothing is loaded' grep -qF 'img-src data:' pictures.html
exit "$bad"
