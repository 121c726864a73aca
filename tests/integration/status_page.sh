#!/usr/bin/env bash
# Status pages, looked at in headless Chromium.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
pages=$root/build/debug/tests/status_pages
cd "$scratch" || exit 1

for kind in sample quiet late hostile many empty; do
    check "pages: $kind" "$pages" "$kind" "$kind"
done
check 'the same bytes again' bash -c '"$1" sample again && cmp sample/index.html again/index.html && cmp sample/STATUS.md again/STATUS.md' x "$pages"
check 'one file that names no other' bash -c '! grep -qE "src=|srcset|poster|xlink|@import|url\(|<link|<script" sample/index.html'
check 'no control byte but LF is in it' bash -c '! LC_ALL=C grep -aqP "[\x00-\x08\x0b-\x1f\x7f]" hostile/index.html hostile/STATUS.md'
check 'STATUS.md has tables for GitHub and nothing raw' bash -c '
    cmark-gfm -e table --unsafe hostile/STATUS.md >gfm.html &&
    [ "$(grep -c "<table>" gfm.html)" -eq 4 ] &&
    ! grep -qE "<(script|img|b|style|svg)[ >]" gfm.html &&
    ! grep -qE "href=\"(javascript|data|//)" gfm.html'

cat >look.py <<'P'
import re, sys
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
def all_of(b, selector, value):
    return b.ask('[...document.querySelectorAll(%r)].map(e => %s)' % (selector, value))

# Text against what is behind it, by WCAG 2.2; the least of all elements with
# text of their own. Pictures: fill or stroke against the page.
CONTRAST = r"""(() => {
  const numbers = c => c.match(/[\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = numbers(c).slice(0, 3).map(v => {
      v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05); };
  const behind = e => { for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (numbers(c)[3] !== 0) return c; }
    return 'rgb(255, 255, 255)'; };
  let text = 99, shape = 99, seen = 0;
  for (const e of document.querySelectorAll('body *')) {
    const s = getComputedStyle(e);
    if ([...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()) && !e.closest('svg')) {
      text = Math.min(text, ratio(s.color, behind(e))); seen++; }
    if (e.tagName == 'rect') shape = Math.min(shape, ratio(s.fill, behind(e)));
    if (e.tagName == 'polyline') shape = Math.min(shape, ratio(s.stroke, behind(e)));
  }
  return [text, shape, seen];
})()"""

def readable(b, how):
    text, shape, seen = b.ask(CONTRAST)
    check('texts are seen, %s' % how, text >= 4.5 and seen > 30, (text, seen))
    check('bars and lines are seen, %s' % how, shape >= 3, shape)

def phone(b, width):
    b.call('POST', b.session + '/goog/cdp/execute', {
        'cmd': 'Emulation.setDeviceMetricsOverride', 'params': {
            'width': width, 'height': 800, 'deviceScaleFactor': 2, 'mobile': True}})

with Browser() as b:
    b.open('sample/index.html')
    text = b.ask('document.body.innerText')
    check('the title', b.ask('document.title') == 'Status of web-shop', b.ask('document.title'))
    check('the summary is the first that is said',
          b.ask("document.querySelector('h1').nextElementSibling.textContent").startswith('Backend API fails since 2026-11-21T08:00:00Z.'))
    check('a service each', count(b, 'article') == 3)
    check('ninety bars each', all_of(b, 'svg.bars', "e.querySelectorAll('rect').length") == [90, 90, 90])
    titles = all_of(b, 'rect', "e.querySelector('title').textContent")
    check('each with its day', len(titles) == 270 and titles[0].startswith('2026-08-24: ') and titles[89].startswith('2026-11-21: '), titles[:2])
    check('no day twice', len(set(t[:10] for t in titles[:90])) == 90)
    check('each picture has a name', all(all_of(b, 'svg', "e.getAttribute('role') == 'img' && e.getAttribute('aria-label').length > 20")))
    check('and the same in words', b.ask("[...document.querySelectorAll('svg')].every(e => e.parentElement.querySelector('figcaption').textContent.includes(e.getAttribute('aria-label').split(': ')[1]))"))
    kinds = all_of(b, 'article:nth-of-type(3) rect', 'e.className.baseVal')
    check('days without data are no good days', kinds[:20] == ['none'] * 20 and kinds[20] == 'good', kinds)
    check('kinds differ in height, too', b.ask("new Set([...document.querySelectorAll('rect')].map(e => e.className.baseVal + e.getBBox().height)).size") == 4 and
          b.ask("new Set([...document.querySelectorAll('rect')].map(e => e.getBBox().height)).size") == 4)
    check('and in colour', b.ask("new Set([...document.querySelectorAll('rect')].map(e => getComputedStyle(e).fill)).size") == 4)
    check('a bar is as wide as a day of the picture', b.ask("Math.abs(document.querySelectorAll('rect')[89].getBoundingClientRect().right - document.querySelector('svg').getBoundingClientRect().right) < 4"))
    check('a line of latencies inside its picture', b.ask("[...document.querySelectorAll('polyline')].every(e => { const k = e.getBBox(); return k.x >= 0 && k.y >= 0 && k.x + k.width <= 450 && k.y + k.height <= 40; })") and count(b, 'polyline') == 3)
    check('uptime has its n', len(re.findall(r'Uptime: [\d.]+ % of \d+ rounds', text)) == 3, text)
    check('bad days can be opened without script', count(b, 'details li') == all_of(b, 'rect.bad, rect.slow', '1').__len__())
    check('five figures, each with its n and window', len(re.findall(r'n = \d+ in 90 days', text)) == 5)
    check('tables have heads', b.ask("[...document.querySelectorAll('th')].every(e => ['row', 'col'].includes(e.scope))") and count(b, 'th[scope=row]') == 5)
    check('open incidents come before past ones', all_of(b, 'section', "e.querySelectorAll('li.incident').length")[1:3] == [1, 2])
    check('documents are linked beside the page', all_of(b, 'li.incident a', "e.getAttribute('href')") == ['incidents/INC%202026-11-21.md'] * 3)
    check('parts have names', b.ask("[...document.querySelectorAll('section, [aria-labelledby]')].every(e => document.getElementById(e.getAttribute('aria-labelledby')))"))
    check('contents lead to them', b.ask("[...document.querySelectorAll('nav a')].every(a => document.getElementById(a.hash.slice(1)))") and count(b, 'nav a') == 5)
    check('headings are in order', b.ask("[...document.querySelectorAll('h1,h2,h3')].map(e => +e.tagName[1]).every((n, i, a) => i == 0 ? n == 1 : n <= a[i - 1] + 1)"))
    check('no script and no style of its own', count(b, 'script,link,iframe,img,form,object') == 0 and b.ask("[...document.querySelectorAll('body *')].every(e => !e.hasAttribute('style'))"))
    readable(b, 'light')
    check('the browser has nothing to say', b.messages() == [], b.messages())
    b.open('quiet/index.html')
    check('all is well', b.ask("document.querySelector('.summary').textContent") == 'All 3 services pass.' and count(b, '.summary.good') == 1)
    b.open('late/index.html')
    check('a late watcher is warned of', 'late by 3 h' in b.ask("document.querySelector('.late[role=note]').innerText") and count(b, '.summary.good') == 0)
    readable(b, 'late')
    b.open('empty/index.html')
    check('nothing is a page, too', 'No service is watched.' in b.ask('document.body.innerText') and count(b, 'article') == 0)
    b.open('many/index.html')
    check('a thousand services, and how many more', count(b, 'article') == 1000 and 'and 5 more' in b.ask("document.querySelector('section .more').textContent"))
    check('five hundred incidents, and how many more', count(b, 'li.incident') == 500 and 'and 7 more' in b.ask("document.querySelectorAll('section .more')[1].textContent"))
    b.open('hostile/index.html')
    check('no text has run', b.ask('document.title').startswith('Status of </title></svg><script>'), b.ask('document.title'))
    check('nothing in it can run', count(b, 'script,img,iframe,object,embed,form,link,b') == 0 and count(b, 'style') == 1)
    check('no handler', b.ask("[...document.querySelectorAll('*')].every(e => [...e.attributes].every(a => !a.name.startsWith('on') && a.name != 'style'))"))
    check('the same elements as of harmless texts', count(b, 'article') == 8 and count(b, 'rect') == 720 and count(b, 'rect > title') == 720)
    links = all_of(b, 'li.incident a', "e.getAttribute('href')")
    check('links stay beside the page', links == ['a/%22%20onclick%3D%22document.title%3D%27hit%27', 'a/%5D%28javascript%3A1%29%20%3Cb%3E.md', 'a/b%3Ac%3Fd%23e%252f.md', '../incidents/%C3%A9t%C3%A9.md'] and
          b.ask("[...document.querySelectorAll('a')].every(a => a.protocol == 'file:')"), links)
    check('texts are whole', b.ask("[...document.querySelectorAll('h3')].some(e => e.textContent.includes(\"<script>document.title='hit'</script>\"))"))
    check('the browser has nothing to say of it', b.messages() == [], b.messages())
    page = open('sample/index.html').read()
    open('broken.html', 'w').write(page.replace('<main>', "<main><script>document.title='hit'</script><p style='color:red' id=r>x</p><svg onload=\"document.title='hit'\"></svg><img src=x onerror=\"document.title='hit'\">"))
    b.open('broken.html')
    check('the policy stops what would get in', b.ask('document.title') != 'hit' and
          b.ask("getComputedStyle(document.getElementById('r')).color") != 'rgb(255, 0, 0)')
with Browser(width=500, height=900) as b:
    for width in 500, 375, 320:
        phone(b, width)
        for kind in 'sample', 'late', 'hostile':
            b.open(kind + '/index.html')
            check('%s on a phone of %d' % (kind, width),
                  b.ask('[innerWidth, document.documentElement.scrollWidth]') == [width, width],
                  b.ask('[innerWidth, document.documentElement.scrollWidth, [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest(".table")).slice(0, 3).map(e => e.outerHTML.slice(0, 200))]'))
    b.open('sample/index.html')
    check('bars can be told apart there', b.ask("document.querySelector('rect').getBoundingClientRect().width") > 2)
with Browser(dark=True) as b:
    b.open('sample/index.html')
    check('dark where people want it dark', b.ask('getComputedStyle(document.body).backgroundColor') == 'rgb(13, 17, 23)')
    readable(b, 'dark')
    pdf = b.call('POST', b.session + '/print', {})
    check('it prints', pdf.startswith('JVBERi0'))
sys.exit(bad)
P
"$python" look.py "$here" || bad=1
exit "$bad"
