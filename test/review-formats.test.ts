import path from 'node:path'
import { expect, test } from 'vitest'
import { paragraph, run, writeDocx } from './helpers/write-docx.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const flow = path.resolve('examples/document-review')

test('one promise is found in a folder of Word, HTML, Markdown and text, and none in code', async () => {
  await using temp = await tempFolder({
    'a.docx': writeDocx(paragraph(run('The plan always ') + run('covers', '<w:b/>') + run(' it.'))),
    'b.html':
      '<script>x = "The plan always covers it."</script><p>The plan <b>always</b> covers it.',
    'c.md': '```\nThe plan always covers it.\n```\n\n- The plan [always](x) covers it.',
    'd.txt': 'The plan always covers it.',
    'e.png': 'The plan always covers it.',
  })
  const { stdout, exitCode } = await runInProcess(
    ['review', temp.folder, '--flow', flow, '--agents', 'definitive-language', '--json'],
    temp.folder,
  )
  const reviews: { document: { file: string }; issues: unknown[] }[] = JSON.parse(stdout)
  expect(exitCode).toBe(0)
  expect(reviews.map(({ document }) => document.file)).toEqual([
    'a.docx',
    'b.html',
    'c.md',
    'd.txt',
  ])
  for (const { issues } of reviews) {
    expect(issues).toMatchObject([
      { location: { sourceSentence: 'The plan always covers it.', page: 1, quads: [] } },
    ])
  }
})
