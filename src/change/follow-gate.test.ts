import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { openStore } from '../store/open-store.ts'
import { newChange } from '../store/store-samples.ts'
import { followAudit, followGate } from './follow-gate.ts'

test('a change goes on with a gate that a custodian has asked again, and is looked at when its audit begins again', async () => {
  await using place = await tempFolder()
  await using store = await openStore({ dataFolder: place.path('.proofloop') })
  const { changes } = store
  const { id } = await changes.add(newChange('one'))
  const check = { change: id, tree: 'tree', name: 'gate', attempt: 1 } as const
  await changes.startCheck({ ...check, subject: 'first' })
  await followGate(store, { gate: 'of nothing', next: 'second' })
  await followGate(store, { gate: 'first', next: 'second' })
  const asked = async () => (await changes.checks(id, 'tree')).map(({ subject }) => subject)
  expect(await asked()).toEqual(['first', 'second'])
  // What was asked since is what it waits for.
  await followGate(store, { gate: 'first', next: 'third' })
  expect(await asked()).toEqual(['first', 'second'])

  await changes.update(id, { state: 'merged', mergedAs: 'commit' })
  const before = await changes.wakes(id)
  await followGate(store, { gate: 'second', next: 'third' })
  expect(await asked()).toEqual(['first', 'second'])
  expect(await changes.wakes(id)).toBe(before)
  await followAudit(store, 'second')
  expect(await changes.wakes(id)).toBe(before + 1)
})
