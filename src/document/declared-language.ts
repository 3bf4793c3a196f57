/** `de-AT` or `deu` as ISO 639-1; null where the tag is none, or says that it is not known. */
export function declaredLanguage(tag: string | undefined): string | null {
  const [first = ''] = (tag ?? '').trim().split(/[-_]/u)
  if (!/^[a-z]{2,3}$/iu.test(first)) return null
  const [language = ''] = Intl.getCanonicalLocales(first)
  return language.length === 2 ? language : null
}
