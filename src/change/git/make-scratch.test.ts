import { mkdir, readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { makeScratch } from './make-scratch.ts'

test('what a killed process left goes, and nothing of one that runs or of another machine', async () => {
  await using folder = await tempFolder()
  const own = folder.path('scratch')
  const first = await makeScratch(own)
  const machine = hostname().replaceAll(/[^\w.-]|_/gu, '-')
  const others = {
    // More than there are.
    killed: `${machine}_99999999_abc`,
    runs: `${machine}_${process.ppid}_abc`,
    elsewhere: 'another-machine_99999999_abc',
    no_pid: `${machine}_notes`,
  }
  for (const name of Object.values(others))
    await mkdir(path.join(own, name, 'git'), { recursive: true })
  const second = await makeScratch(own)
  const kept = [path.basename(first), path.basename(second)]
  expect((await readdir(own)).toSorted()).toEqual(
    [...kept, others.runs, others.elsewhere, others.no_pid].toSorted(),
  )
})
