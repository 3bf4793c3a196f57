import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/**
 * Anybody who can push or propose writes them. What goes through one step by step takes milliseconds; what tries each
 * part of it with each other part takes hours.
 */
const length = 4_000_000
const minutes = 5

const children: [what: string, script: string][] = [
  [
    'a co-author with many spaces',
    `import { coAuthorsIn } from '#/change/git/co-authors.ts'
    coAuthorsIn('a' + ' '.repeat(length) + 'b')`,
  ],
  [
    'many beginnings of co-authors',
    `import { coAuthorsIn } from '#/change/git/co-authors.ts'
    coAuthorsIn('<'.repeat(length))
    coAuthorsIn('<a> '.repeat(length / 4))`,
  ],
  ...[
    `'\\n'.repeat(length) + 'x'`,
    `'x' + ' '.repeat(length) + 'x'`,
    `'\\n'.repeat(length) + '<!-- proofloop: opened for a b -->' + ' '.repeat(length) + 'x'`,
    `'<!-- proofloop: opened for '.repeat(length / 20) + ' -->'`,
    `'<!-- proofloop: opened for ' + ' '.repeat(length) + ' -->'`,
  ].map((body): [string, string] => [
    `a description ${body}`,
    `import { readAuthor } from '#/change/forge/github/opened-for.ts'
    readAuthor(${body}, 'branch', { sign: () => 'x'.repeat(43) })`,
  ]),
  ...[`'a' + '.'.repeat(length) + 'b'`, `'a/'.repeat(length / 2) + 'b'`].map(
    (name): [string, string] => [
      `a file called ${name}`,
      `import { pathFault } from '#/change/git/names.ts'
      import { policyFilesOf } from '#/change/policy-files.ts'
      pathFault(${name})
      const settings = { policy: ['**/datasets/**', '**/evaluation.*'], folder: '' }
      await policyFilesOf([{ path: ${name}, status: 'added' }], settings)`,
    ],
  ),
]

test.each(children)('%s is gone through step by step', async (_, script) => {
  const source = fileURLToPath(new URL('../src/', import.meta.url))
  const code = `const length = ${length}\n${script.replaceAll('#/', source)}`
  const args = ['--conditions=proofloop-source', '--input-type=module', '--eval', code]
  const child = promisify(execFile)(process.execPath, args, { timeout: minutes * 60_000 })
  expect(await child).toEqual({ stdout: '', stderr: '' })
})
