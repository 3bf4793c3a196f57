import { bundles } from './bundles.ts'
import { changes } from './changes.ts'
import { datasets } from './datasets.ts'
import { documents } from './documents.ts'
import { environments } from './environments.ts'
import { evaluations } from './evaluations.ts'
import { flows } from './flows.ts'
import { gates } from './gates.ts'
import { labelSets } from './label-sets.ts'
import { notifications } from './notifications.ts'
import { operations } from './operations.ts'
import { people } from './people.ts'
import { reviews } from './reviews.ts'

/** The HTTP API, under /api. Server, page and OpenAPI document are made from it. */
export const contract = {
  documents,
  reviews,
  evaluations,
  bundles,
  gates,
  changes,
  notifications,
  datasets,
  labelSets,
  flows,
  people,
  environments,
  operations,
}
