import { expect, test } from 'vitest'
import { approverSentence } from './approver-sentence.ts'

test('the approver is told what verdicts mean, word for word', () => {
  expect(approverSentence(0.03)).toBe(
    "PASS means we are 95 % sure that overall quality (F0.5) is at most 3 points below what is in production and below the anchor version, and no single agent looks broken; FAIL means we are 97.5 % sure something got materially worse; anything else is CAN'T TELL and needs your decision.",
  )
  expect(approverSentence(0.01)).toContain('at most 1 point below')
})
