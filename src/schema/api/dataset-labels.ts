import { z } from 'zod'
import { LabelledIssue } from '../example.ts'
import { Sha256 } from '../workplace.ts'
import { Added, AddedVersion, ByName } from './dataset-version.ts'
import { procedure } from './procedure.ts'

/** Labels of one example, and documents that become examples. */
export const datasetLabels = {
  label: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/labels',
      summary: 'Add a version in which one example has these labels',
      description:
        'They are all that it has. Send the `hash` of the example as you read it: when somebody labelled it meanwhile, nothing is changed. What engineers have come to see since goes into `evaluation` with its group.',
    })
    .input(
      ByName.extend({
        id: z.string().max(1000),
        hash: Sha256,
        issues: z.array(LabelledIssue).max(10_000),
        note: z.string().max(1000).optional(),
        /** Confirms that engineers get to see what is hidden until now and goes with what they have come to see. */
        showHidden: z.boolean().default(false),
      }),
    )
    .output(AddedVersion),
  ofDocument: procedure('datasets:write')
    .route({
      method: 'GET',
      path: '/documents/{sha256}/examples',
      summary: 'Which example a document is in each dataset',
      description: 'Of the newest versions; also examples with its text that came from elsewhere.',
    })
    .input(z.object({ sha256: Sha256 }))
    .output(
      z.object({
        items: z.array(
          z.object({
            dataset: z.string(),
            /** Null where it is none yet. */
            id: z.string().nullable(),
          }),
        ),
      }),
    ),
  addDocument: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/documents',
      summary: 'Make an example of a document, to be labelled',
      description:
        'It has the labels that people gave it so far: accepted, changed and added issues of its newest review. It keeps the split that it came into.',
    })
    .input(ByName.extend({ sha256: Sha256 }))
    .output(
      Added.extend({
        /** What the example is called. */
        id: z.string(),
      }),
    ),
}
