import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { ReferenceMeasures } from '../../schema/api/dataset-references.ts'
import type { References } from '../../schema/api/flows.ts'
import type { OpenedTextsEntry } from '../../schema/api/datasets.ts'
import type { ReferenceRole } from '../../schema/reference-version.ts'
import type { PersonName } from '../../schema/workplace.ts'
import type { Io } from '../io.ts'
import { connectServer } from '../on-server/connect-server.ts'
import {
  comparingVersions,
  handingOn,
  keepingDatasets,
  type Needs,
  serverFault,
} from '../on-server/server-faults.ts'

export type Owner = { dataset: string; owner: PersonName | null }
export type Opened = { items: OpenedTextsEntry[]; most: number; share: number }

/** What custodians do for a dataset besides its versions. */
export type ServerKeeping = {
  /** @throws UserFacingError dataset-not-found */
  owner(dataset: string): Promise<Owner>
  /**
   * @param to id, address or name of a custodian
   * @throws UserFacingError dataset-not-found, person-ambiguous, person-no-custodian
   */
  handOn(dataset: string, to: string): Promise<Owner>
  /** How baseline and anchor measure on the newest `test`; `measure`: what was not measured yet is begun. */
  references(dataset: string, options: { measure: boolean }): Promise<ReferenceMeasures>
  /** @param version the one in use when left out */
  mark(role: ReferenceRole, version?: string): Promise<References>
  openedTexts(limit: number): Promise<Opened>
}

export function keepingOnServer(address: string, io: Io): ServerKeeping {
  const { url, client } = connectServer(address, io.env)
  const { signal } = io
  const asked = async <T>(needs: Needs, answer: Promise<T>): Promise<T> => {
    try {
      return await answer
    } catch (error) {
      throw serverFault(error, url, needs)
    }
  }
  return {
    async owner(dataset) {
      const { items } = await asked(handingOn, client.datasets.list(undefined, { signal }))
      const found = items.find((one) => one.dataset === dataset)
      if (found !== undefined) return { dataset, owner: found.owner }
      const sentence = 'There is no such dataset, or none that you may see.'
      throw new UserFacingError('dataset-not-found', sentence)
    },
    async handOn(dataset, to) {
      const { people } = await asked(handingOn, client.people.list(undefined, { signal }))
      const person = personCalled(to, people)
      const handed = client.datasets.handOn({ dataset, person }, { signal })
      return { dataset, ...(await asked(handingOn, handed)) }
    },
    references(dataset, { measure }) {
      const { references, measureReferences } = client.datasets
      const ask = measure ? measureReferences : references
      return asked(comparingVersions, ask({ dataset }, { signal }))
    },
    mark: (role, version) =>
      asked(comparingVersions, client.flows.markReference({ role, version }, { signal })),
    openedTexts: (limit) =>
      asked(keepingDatasets, client.datasets.openedTexts({ limit }, { signal })),
  }
}

type Known = { id: string; name: string; email: string }

/** @returns an id; what nobody is called is taken for one, which the server then knows or not */
function personCalled(called: string, people: readonly Known[]): string {
  const [one, ...others] = people.filter(({ id, name, email }) =>
    [id, name, email].includes(called),
  )
  if (others.length === 0) return one?.id ?? called
  throw new UserFacingError(
    'person-ambiguous',
    `Several people are called ${printable(called)}. Name the one by the address that they sign in with.`,
  )
}
