import { expect, test } from 'vitest'
import { markup, trusted } from './markup.ts'

test('text is escaped in content and in quoted attributes', () => {
  const text = `</script><!-- "a" 'b' \`c\` & d`
  const escaped = '&lt;/script&gt;&lt;!-- &quot;a&quot; &#39;b&#39; &#96;c&#96; &amp; d'
  expect(markup`<p title="${text}">${text}</p>`.html).toBe(`<p title="${escaped}">${escaped}</p>`)
})

test('markup goes into markup as it is, in lists too, and null is nothing', () => {
  const items = ['a', '<b>'].map((text) => markup`<li>${text}</li>`)
  expect(markup`<ul>${items}</ul>${null}${0}${trusted('<hr>')}`.html).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li></ul>0<hr>',
  )
})

test('characters that hide or turn text around are dropped; line ends and tabs stay', () => {
  expect(markup`${'a\u0000b\u001B[31m\u202Ecod\u2066.\r\nx\ty\rz'}`.html).toBe(
    'ab[31mcod.\nx\ty\nz',
  )
})

test('half of a surrogate pair becomes a replacement character', () => {
  expect(markup`${'a\uD83Db 😀'}`.html).toBe('a\uFFFDb 😀')
})
