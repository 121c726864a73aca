#!/usr/bin/env bash
# A document that people work on is updated in place, and loses nothing.
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >app.log <<'L'
2026-11-21T10:00:01.200Z Error: P3018
2026-11-21T10:00:01.201Z Migration name: 20251017171256_init
2026-11-21T10:00:01.202Z Database error code: 42P07
2026-11-21T10:00:01.203Z ERROR: relation "users" already exists
L
cat >checks.yaml <<'C'
checks:
  - { id: api, title: Backend API, tcp: "127.0.0.1:1", severity: critical, expect: duration < 5s }
C
"$POSTFLIGHT" verify checks.yaml --log app.log --out down >/dev/null 2>&1
cat >facts.yaml <<'F'
incident: INC-2026-11-21-1
title: Backend down
summary: The migration could not apply.
user_impact: every request failed
started: 2026-11-21T10:00:01Z
detected: 2026-11-21T10:05:00Z
options: [{ title: Mark it as applied, recommended: true }]
actions:
  - { id: A1, text: Lock migrations, type: prevent }
  - { id: A2, text: "Tell | the team", owner: ben, type: process }
success_criteria: [{ text: The API answers, check: api }, { text: Quiet for a day }]
F
write() { # EXIT ARGS…: doc.md again
    "$POSTFLIGHT" report incident --from down/record.json --facts facts.yaml \
        -o doc.md "${@:2}" 2>err
    got=$?
    [ "$got" -eq "$1" ] || { echo "exit $got"; cat err; return 1; }
}
has() { grep -qF -- "$2" "$1" || { echo "not in $1: $2"; return 1; }; }
hasnt() { ! grep -qF -- "$2" "$1" || { echo "in $1: $2"; return 1; }; }
count() { # N TEXT
    [ "$(grep -cF -- "$2" doc.md)" -eq "$1" ] || { grep -nF -- "$2" doc.md; return 1; }
}
fresh() { rm -f doc.md; write 0; }
untouched() { cmp doc.md before.md; }

check 'a new document' fresh
cp doc.md before.md
touch -d 2026-01-01 doc.md
check 'nothing new' write 0
check 'the same bytes' untouched
check 'and not written at all' bash -c '[ "$(date -r doc.md +%F)" = 2026-01-01 ]'
check '--check agrees' write 0 --check
check 'the linter finds its markers whole' bash -c '! "$1" lint doc.md | grep " L24 "' x "$POSTFLIGHT"

# People's bytes: BOM, front matter, CRLF, trailing blanks, no last line end.
{
    printf '\xef\xbb\xbf---\r\ntitle: "x"\r\nbegin: "```"\r\n---\r\n\r\nWritten by hand,  \r\nwith two blanks.\r\n\r\n'
    sed 's/$/\r/' before.md
    printf '\r\n## Ours \xff\x00\r\n\r\n```\r\n<!-- postflight:begin summary v=1 h=0000000000000000 -->\r\n```\r\nno line end  '
} >doc.md
cp doc.md before.md
check 'CRLF, BOM, front matter, NUL and bytes of no encoding: nothing new' write 0
check 'and nothing changed' untouched
sed -i 's/every request/every third request/' facts.yaml
check 'one fact more' write 0
check 'the line and the hash differ' bash -c '[ "$(diff -a before.md doc.md | grep -ac "^>")" -eq 2 ]'
check 'every line of it ends with CR LF' bash -c '[ "$(grep -ac $'"'"'\r$'"'"' doc.md)" -eq "$(grep -ac "" before.md | xargs -I{} expr {} - 1)" ]'
sed -i 's/every third/every/' facts.yaml
check 'and back' write 0
check 'to the same bytes' untouched

# A block that people edited.
fresh
sed -i 's/^The migration could not apply\.$/It was the migration of Tuesday./' doc.md
sed -i 's/could not apply/did not apply/' facts.yaml
check 'a block edited by hand is kept: 7' write 7
check 'it says where' has err ": the block 'summary' was edited by hand and is kept"
check 'theirs is there' count 1 'It was the migration of Tuesday.'
check 'ours beside it' count 1 'The migration did not apply.'
cp doc.md before.md
check 'again: 7' write 7
check 'with the same bytes' untouched
check '--check: 7 too' write 7 --check
python3 - <<'P'
import re
s = open('doc.md').read()
taken = re.sub(r'<!-- postflight:begin summary .*?end summary -->\n\n', '', s, flags=re.S)
open('taken.md', 'w').write(taken)
mine = re.sub(r'<!-- postflight:offer summary .*?end-offer summary -->\n', '', s, flags=re.S)
mine = re.sub(r'<!-- postflight:(begin|end) summary.*?-->\n', '', mine)
open('mine.md', 'w').write(mine)
P
cp taken.md doc.md
check 'the offer taken: a block again' write 0
check 'with what the record says' count 1 'The migration did not apply.'
check 'and no offer' count 0 'postflight:offer'
cp mine.md doc.md
check 'the markers taken away: theirs' write 0
check 'it stays' count 1 'It was the migration of Tuesday.'
check 'and is not offered again' count 0 'The migration did not apply.'

# A block put in by hand just as it would be written is no edit.
fresh
sed -i 's/did not apply/could not apply/' facts.yaml
sed -i 's/did not apply/could not apply/' doc.md
check 'the same words by hand and from the facts' write 0

# Taken out, left out; nothing to say, and again.
fresh
python3 - <<'P'
import re
s = open('doc.md').read()
open('doc.md', 'w').write(re.sub(r'<!-- postflight:begin glossary .*?end glossary -->\n\n', '', s, flags=re.S))
P
check 'a block taken out' write 0
check 'stays out' count 0 '## Error codes'
cp doc.md before.md
sed -i '/^options/d' facts.yaml
check 'options are gone from the facts' write 0
check 'and from the document' count 0 '## Options'
check 'their place stays' count 1 'postflight:begin options'
sed -i '/^actions/i options: [{ title: Mark it as applied, recommended: true }]' facts.yaml
check 'they come back' write 0
check 'to the same bytes' untouched
rm doc.md
sed -i '/^options/d' facts.yaml
write 0
sed -i '/^actions/i options: [{ title: Mark it as applied, recommended: true }]' facts.yaml
check 'a block that it never had' write 0
check 'stands where it belongs' bash -c 'grep "^## " doc.md | grep -A1 "^## Options" | grep -q "^## Timeline"'

# Answers, ticks, rows.
fresh
python3 - <<'P'
import re
s = open('doc.md').read()
s = s.replace('To be written: what it was, or that there was nothing.', 'The alert came *at once*, see <https://example.org/1>.\n\n- and more', 1)
s = s.replace('- [ ] Quiet for a day', '- [x] Quiet for a day')
s = s.replace('- [ ] The API answers', '- [x] The API answers')
s = s.replace('- [ ] Confirm the cause', '- [X] Confirm the cause')
s = s.replace('| A1 | Lock migrations | prevent | nobody yet | no day yet | open |',
              '| A1 | Lock migrations | prevent | `@anna`  | 2026-12-24 | Done |\n'
              '| A3 | Added by | detect | carl | | |')
open('doc.md', 'w').write(s)
P
check 'answers, ticks and cells' write 0
check 'the answer stays' count 1 'The alert came *at once*, see <https://example.org/1>.'
check 'and all of it' count 1 '- and more'
check 'a tick stays' count 1 '- [x] Confirm the cause'
check 'a criterion of people too' count 1 '- [x] Quiet for a day'
check 'a criterion with a check has its state' count 1 '- [ ] The API answers (`api`: fail)'
check 'owner, day and state' count 1 '| A1 | Lock migrations | prevent | `@anna` | 2026-12-24 | done |'
check 'a row of people' count 1 '| A3 | Added by | detect | carl | no day yet | open |'
check 'the head counts them' count 1 '1 of 3 actions done'
cp doc.md before.md
check 'nothing new' write 0
check 'to the same bytes' untouched
check 'the answered question is none for the linter' bash -c '"$1" lint doc.md 2>&1 | grep -q "$(expr "$(grep -c "postflight:ask" doc.md)" - 1) questions of drafts"' x "$POSTFLIGHT"
sed -i 's/owner: ben/owner: bea/' facts.yaml
check 'the facts have another owner of a row that nobody touched' write 0
check 'it is theirs' count 1 '| bea |'
check 'and the rows of people stay' count 1 '| A3 | Added by | detect | carl | no day yet | open |'
sed -i 's/| bea |/| cy |/' doc.md
sed -i 's/owner: bea/owner: dan/' facts.yaml
check 'both changed it' write 0
check "the document's is kept" count 1 '| cy |'
check 'and it is said' has err "'A2' was changed here and in the facts: what stands here is kept"
sed -i '/^| A2 /d' doc.md
check 'a row taken out that the facts have' write 0
check 'comes back' count 1 '| A2 | '
check 'and it is said' has err "'A2' was taken out of the table and stands in the facts"
sed -i 's/| A3 | Added by | detect/| A3 | Added **by** | detect/' doc.md
check 'a row with more than text in it is kept as it is: 7' write 7
check 'with its marks' count 1 'Added **by**'
fresh
sed -i 's/^To be written: who signs off\.$/Ann signs off./' doc.md
printf 'sign_off: [{ role: approved, name: eve }]\n' >>facts.yaml
check 'an answer for which there is no place any more: kept, 7' write 7
check 'theirs' count 1 'Ann signs off.'
check 'ours' count 1 '| approved | eve |'
sed -i '/^sign_off/d' facts.yaml

# What cannot be done is said, and nothing is written.
refused() { # EXIT TEXT
    cp doc.md before.md
    write "$1" && has err "$2" && untouched
}
fresh
sed -i '1i ```' doc.md
check 'a fence left open swallows every block' refused 3 'ends here and never began: is a fence'
fresh
sed -i 's/^To be written: who signs off\.$/<!-- note/' doc.md
check 'an answer that opens a comment' refused 3 "expected the end of 'sign-off', which begins in line"
fresh
line=$(grep -n 'begin summary' doc.md | cut -d: -f1)
sed -i '/postflight:end summary/d' doc.md
check 'an end is missing' refused 3 "expected the end of 'summary', which begins in line $line"
fresh
sed -n '/begin summary/,/end summary/p' doc.md >>doc.md
check 'the same block twice' refused 3 "the block 'summary' stands in line $line already"
fresh
printf '\n[x]: https://example.org\n' >>doc.md
sed -i 's/^- \[ \] Quiet/- [x] Quiet/' doc.md
check 'a link definition that would change a block' refused 3 'is one of its words defined as a link'
printf '# Another\n' >doc.md
check 'a document of somebody else' refused 3 'it was not written by this tool'
fresh
sed -i 's/postflight:document incident/postflight:document status/' doc.md
check 'a document of another kind' refused 3 "it is a document of the kind 'status', not 'incident'"
: >doc.md
check 'an empty file is a new document' write 0
rm doc.md
check '--check of a document that is not there' write 7 --check
check 'is not made by it' bash -c '[ ! -e doc.md ]'
check '--check alone' bash -c '"$1" report incident --from down/record.json --check 2>/dev/null; [ $? -eq 2 ]' x "$POSTFLIGHT"

# What a formatter does is no edit, and its bytes stay.
fresh
sed -i 's/^- /* /; s/^| --- /| -------- /; s/ | / |  /g' doc.md
cp doc.md before.md
check 'other bullets and wider tables are no edit' write 0
check 'and stay' untouched

# What people add is kept in its place, whatever the record says now.
fresh
sed -i 's/^## Impact$/&\n\n<!-- ask sales -->\n\nA paragraph of ours./; s/^- \[ \] Confirm the cause.*/- [ ] a step of ours\n&/' doc.md
check 'a comment, a paragraph and a step' write 0
sed -i 's/every request failed/every third request failed/' facts.yaml
check 'and one fact more' write 0
check 'the paragraph stays' count 1 'A paragraph of ours.'
check 'and the comment' count 1 '<!-- ask sales -->'
check 'and the step' count 1 '- [ ] a step of ours'
check 'with the new fact' count 1 'every third request failed'
check 'and nothing is offered' count 0 'postflight:offer'

# An offer that was refused comes back when the record says something else.
fresh
sed -i 's/\*\*Status:\*\* identified/**Status:** mitigated/' doc.md
check 'an edit: an offer' write 7
check 'that no reader sees' bash -c '! "$1" report html doc.md | grep -q "edited by hand"' x "$POSTFLIGHT"
"$python" - <<'P'
import re
s = open('doc.md').read()
s = re.sub(r'\n<!-- postflight:offer .*?-->\n', '', s, flags=re.S)
open('doc.md', 'w').write(s)
P
cp doc.md before.md
check 'refused: settled' write 0
check 'with the same bytes' untouched
check '--check: settled' write 0 --check
echo 'severity: minor' >>facts.yaml
check 'the record says something else' write 7
sed -i '/^severity/d' facts.yaml

# Files as people have them.
fresh
mv doc.md kept.md && ln -s kept.md doc.md
sed -i 's/every third request failed/all requests failed/' facts.yaml
check 'a link' write 0
check 'is one still' test -L doc.md
check 'and what it names is written' grep -q 'all requests failed' kept.md
rm doc.md
fresh
chmod 444 doc.md
check 'a read-only file' bash -c '"$1" report incident --from down/record.json -o doc.md 2>err; [ $? -eq 2 ] && grep -q "doc.md is read-only" err' x "$POSTFLIGHT"
fresh
{ printf '\xef\xbb\xbf'; cat doc.md; } >bom.md && mv bom.md doc.md
cp doc.md before.md
check 'a BOM before the first block' write 0
check 'stays' untouched
sed -i 's/^## Impact$/&\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x/' doc.md
check 'a merge conflict' bash -c '"$1" report incident --from down/record.json -o doc.md 2>err; [ $? -eq 3 ] && grep -q "merge conflict" err' x "$POSTFLIGHT"
fresh

# Size: at the limit and past it.
fresh
size=$((4 * 1024 * 1024))
sized() { # BYTES
    fresh
    head -c $(($1 - $(stat -c %s doc.md) - 1)) /dev/zero | tr '\0' x >pad
    { echo; cat pad; } >>doc.md
    [ "$(stat -c %s doc.md)" -eq "$1" ]
}
check 'limit - 1' sized $((size - 1))
check 'is read' write 0
check 'limit' sized "$size"
check 'is read' write 0
check 'limit + 1' sized $((size + 1))
cp doc.md before.md
check 'is not' bash -c '! "$1" report incident --from down/record.json -o doc.md 2>err && grep -q "4194304" err' x "$POSTFLIGHT"
check 'and stays' untouched

# What is no file stays what it is: the place of a device is not taken.
mkfifo pipe
cat pipe >piped &
check 'into a pipe' "$POSTFLIGHT" report incident --from down/record.json -o pipe
wait $!
check 'which is one still' test -p pipe
check 'came a document' grep -q '^## Summary' piped

mkdir own
printf '{{#summary}}\n- {{{summary}}}\n{{/summary}}\n' >own/incident.md
check 'a template that puts a section where it cannot be updated' bash -c \
    '"$1" report incident --from down/record.json --templates own -o own.md 2>err; [ $? -eq 3 ] && [ ! -e own.md ] && grep -q "cannot be updated" err' x "$POSTFLIGHT"
exit "$bad"
