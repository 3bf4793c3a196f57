/** HTML whose parts are escaped. */
export type Markup = { readonly html: string }

type Part = Markup | string | number | null | readonly Part[]

/**
 * A template of HTML: what is put in is text and gets escaped, for attributes too, unless it is markup
 * itself. Attributes must be quoted in the template.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const html = strings.map((text, index) => `${text}${render(parts[index] ?? null)}`).join('')
  return { html }
}

/** For text that the program itself contains, such as its style sheet. */
export function trusted(html: string): Markup {
  return { html }
}

function render(part: Part): string {
  if (part === null) return ''
  if (typeof part === 'string') return escape(part)
  if (typeof part === 'number') return String(part)
  return 'html' in part ? part.html : part.map(render).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Control characters and bidirectional overrides, which show another text than the document's. */
const deceptive = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu

function escape(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(deceptive, (character) => (/[\n\t]/.test(character) ? character : ''))
    .replace(/[&<>"'`]/g, (character) => entities[character] ?? '')
}
