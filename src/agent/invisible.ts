/**
 * Characters that a person does not see and a model reads: zero-width ones, Unicode tags, variation
 * selectors, bidirectional overrides, fillers, control characters, private use. Kept, as the group,
 * are joiners between letters of scripts in which they change the word.
 */
const invisible =
  /((?<=[\p{scx=Arab}\p{scx=Deva}\p{scx=Beng}\p{scx=Gujr}\p{scx=Guru}\p{scx=Knda}\p{scx=Mlym}\p{scx=Orya}\p{scx=Sinh}\p{scx=Taml}\p{scx=Telu}])[\u200C\u200D](?=\p{L}))|[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Cs}\p{Co}\u2800]/gu
const joiners = /[\u200C\u200D]/g
/** Without the zero-width no-break space, which JavaScript counts as white. */
const whiteSpace = /(?:[^\S\uFEFF]|\u0085)+/gu

/** As one line without invisible characters; what is left is as it was. */
export function visibleLine(text: string): string {
  return text.replace(whiteSpace, ' ').replace(invisible, '$1').trim()
}

/** Without any invisible character, also those that words may need. */
export function withoutInvisible(text: string): string {
  return text.replace(whiteSpace, ' ').replace(invisible, '').replace(joiners, '')
}
