import { UserFacingError } from '../lib/errors.ts'
import { isCommandLine } from '../schema/command-line.ts'
import type { Store } from '../store/store.ts'

type HandingOn = { dataset: string; owner: string; by: string }

/**
 * Somebody else answers for a dataset from now on: a custodian, who may see all of it.
 * @param begin what is done once everything was checked, before it is handed on
 * @throws UserFacingError dataset-not-found, person-no-custodian, dataset-changed
 */
export async function handOnDataset(
  { datasets, people }: Pick<Store, 'datasets' | 'people'>,
  { dataset, owner, by }: HandingOn,
  begin: () => Promise<void>,
): Promise<void> {
  if ((await datasets.version('everything', { dataset })) === null) {
    throw new UserFacingError('dataset-not-found', 'There is no such dataset.')
  }
  const person = await people.get(owner)
  if (person?.roles.includes('custodian') !== true) {
    throw new UserFacingError(
      'person-no-custodian',
      'Only somebody who is a custodian can own a dataset. Give them the role first.',
    )
  }
  await begin()
  if (await datasets.handOn({ dataset, owner, by })) return
  throw new UserFacingError(
    'dataset-changed',
    'Somebody else has handed on this dataset meanwhile. Look at it, then try again.',
  )
}

/**
 * Datasets that the command line added before anybody had an account get an owner: the person who is all there is.
 * @param begin what is done before one is handed on
 */
export async function ownOwnerless(
  { datasets }: Pick<Store, 'datasets'>,
  { owner, by }: Omit<HandingOn, 'dataset'>,
  begin: (dataset: string) => Promise<void>,
): Promise<void> {
  const names = (await datasets.list('everything')).map(({ dataset }) => dataset)
  for (const [dataset, owned] of await datasets.owners(names)) {
    if (!isCommandLine(owned)) continue
    await begin(dataset)
    await datasets.handOn({ dataset, owner, by })
  }
}
