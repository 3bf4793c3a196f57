import { describe, expect, it } from 'vitest'
import { describeApiKeyContract } from './api-keys-contract.ts'
import { describeAuditContract } from './audit-contract.ts'
import { describeBundleContract } from './bundles-contract.ts'
import { type CreatePlace, usingStore } from './contract-place.ts'
import { describeAnswerContract } from './answers-contract.ts'
import { describeChangeContract } from './changes-contract.ts'
import { describeDatasetContentContract } from './dataset-contents-contract.ts'
import { describeDatasetContract } from './datasets-contract.ts'
import { describeDocumentContract } from './documents-contract.ts'
import { describeEvaluationContract } from './evaluations-contract.ts'
import { describeExampleSignatureContract } from './example-signatures-contract.ts'
import { describeFinishedReviewContract } from './finished-reviews-contract.ts'
import { describeFlowVersionContract } from './flow-versions-contract.ts'
import { describeGateCallContract } from './gate-calls-contract.ts'
import { describeGateContract } from './gates-contract.ts'
import { describeHealthContract } from './health-contract.ts'
import { describeLabelSetContract } from './label-sets-contract.ts'
import { describeOpenedTextsContract } from './opened-texts-contract.ts'
import { describeNotificationContract } from './notifications-contract.ts'
import { describePruningContract } from './pruning-contract.ts'
import { describeReadMarkContract } from './read-marks-contract.ts'
import { describeReferenceVersionContract } from './reference-versions-contract.ts'
import { describeReviewContract } from './reviews-contract.ts'
import { describeSecretContract } from './secrets/secrets-contract.ts'
import { describeVerdictContract } from './verdicts-contract.ts'
import { describeSignatureContract } from './signatures-contract.ts'
import { describeEnvironmentChecksContract } from './environment-checks-contract.ts'
import { describeSpendContract } from './spend-contract.ts'

/** Every behaviour that an engine owes the features. */
export function describeStoreContract(engine: string, createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe(`${engine} store`, () => {
    it('keeps what it acknowledged when it is opened again', async () => {
      await using place = await createPlace()
      {
        await using store = await place.open()
        await store.settings.put('colours', { text: 'ü\u0000' })
      }
      await using store = await place.open()
      expect(await store.settings.get('colours')).toEqual({ text: 'ü\u0000' })
      expect(await store.settings.get('nothing')).toBeUndefined()
    })

    it('is made once by several that open it at once', async () => {
      await using place = await createPlace('no-tables')
      const stores = await Promise.all([place.open(), place.open(), place.open()])
      await stores[0]?.settings.put('key', 'value')
      for (const store of stores) {
        expect(await store.settings.get('key')).toBe('value')
        await store[Symbol.asyncDispose]()
      }
    })

    it(
      'lets one of many win that ensure a setting at once',
      withStore(async ({ settings }) => {
        const values = await Promise.all(
          Array.from({ length: 20 }, (_, i) => settings.ensure('key', i)),
        )
        expect(new Set(values).size).toBe(1)
        await settings.put('key', 'new')
        expect(await settings.get('key')).toBe('new')
      }),
    )

    describeDocumentContract(createPlace)
    describeSignatureContract(createPlace)
    describeReadMarkContract(createPlace)
    describeReferenceVersionContract(createPlace)
    describeExampleSignatureContract(createPlace)
    describeReviewContract(createPlace)
    describeFinishedReviewContract(createPlace)
    describeVerdictContract(createPlace)
    describeEvaluationContract(createPlace)
    describeGateContract(createPlace)
    describeGateCallContract(createPlace)
    describeChangeContract(createPlace)
    describeNotificationContract(createPlace)
    describeDatasetContract(createPlace)
    describeDatasetContentContract(createPlace)
    describeLabelSetContract(createPlace)
    describeAnswerContract(createPlace)
    describeFlowVersionContract(createPlace)
    describeEnvironmentChecksContract(createPlace)
    describeSpendContract(createPlace)
    describeOpenedTextsContract(createPlace)
    describeBundleContract(createPlace)
    describeAuditContract(createPlace)
    describeSecretContract(createPlace)
    describeApiKeyContract(createPlace)
    describePruningContract(createPlace)
    describeHealthContract(createPlace)
  })
}
