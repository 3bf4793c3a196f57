/** Parts of a `.prompty` file, with the lines of the file at which they begin. */
export type FrontMatter = {
  yaml: { text: string; firstLine: number }
  body: { text: string; firstLine: number }
}

const frontMatter = /^---[ \t]*\n((?:.*\n)*?)---[ \t]*(?:\n|$)/

/** A file without front matter is all body. */
export function splitFrontMatter(file: string): FrontMatter {
  const [whole = '', yaml = ''] = frontMatter.exec(file) ?? []
  return {
    yaml: { text: yaml, firstLine: 2 },
    body: { text: file.slice(whole.length), firstLine: whole.split('\n').length },
  }
}
