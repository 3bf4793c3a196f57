import type { DefaultTreeAdapterTypes as Tree } from 'parse5'

/** What the rendering section of the HTML standard gives no box, and what stands in for media. */
const unrenderedTags = new Set(
  `area audio base canvas datalist desc embed defs head iframe link metadata noembed
  noframes noscript object param rp rt script source style template title track video annotation
  annotation-xml`.split(/\s+/u),
)

/** Elements that stand on lines of their own, or at least apart from the text around them. */
export const blockTags = new Set(
  `address article aside blockquote body button caption center dd details dialog dir div dl dt
  fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing
  main menu nav ol optgroup option p plaintext pre search section select summary table tbody td text
  textarea tfoot th thead tr ul xmp`.split(/\s+/u),
)

export const preformattedTags = new Set(['listing', 'plaintext', 'pre', 'textarea', 'xmp'])

const hidingStyle = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\b/iu

/**
 * Whether a reader gets to see the element, as far as the page itself says so: style sheets and
 * scripts are not run.
 */
export function isRendered({ tagName, attrs }: Tree.Element): boolean {
  if (unrenderedTags.has(tagName)) return false
  const attributes = new Map(attrs.map(({ name, value }) => [name, value]))
  if (attributes.has('hidden')) return false
  if (tagName === 'dialog' && !attributes.has('open')) return false
  return !hidingStyle.test(attributes.get('style') ?? '')
}
