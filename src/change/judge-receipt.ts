import { keyed } from '../document/document-group.ts'
import { areThin } from '../gate/refuse-thin-walls.ts'
import { isOverrideOf, type Overriding } from '../gate/sign-override.ts'
import { verifyReceipt } from '../gate/sign-receipt.ts'
import { contentHash } from '../lib/content-hash.ts'
import { refusalIn } from '../lib/errors.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { ChangeDecision } from '../schema/stored-change.ts'
import type { StoredGate } from '../schema/stored-gate.ts'

type Keys = {
  /** PEM, of those who check receipts. */
  publicKey: string
  splitKey: string
}

/** What a receipt is judged by. */
type Judged = Keys & {
  /** By the policy in force: what was good enough in demo mode is not, once that is off. */
  walls: GateSettings['walls']
  /** Whether one person may hold two roles now. */
  isSolo: boolean
}

/**
 * Whether a receipt is ours, of this gate and this version, and says what the gate's row says: what is taken to be
 * in force is compared with the row. It must state the walls that its policy wanted, and that are wanted now; one of
 * solo mode counts with any walls while that is on, and not at all once it is off.
 */
export function judgeReceipt(
  gate: StoredGate,
  version: string | null,
  judged: Judged,
): 'fits' | 'does-not-fit' | 'none' {
  if (gate.receipt === null) return 'none'
  return holds(() => saysOf(gate, version, judged)) ? 'fits' : 'does-not-fit'
}

function saysOf(
  gate: StoredGate,
  version: string | null,
  { publicKey, splitKey, walls: wanted, isSolo }: Judged,
): boolean {
  const receipt = verifyReceipt(gate.receipt ?? '', publicKey)
  const settings = GateSettings.parse(JSON.parse(gate.policy))
  const { isolation, boundary, solo } = receipt
  const areEnough = [settings.walls, wanted].every(
    (walls) => !areThin({ walls }, { isolation, boundary }),
  )
  // Of one from before, nobody signed it.
  const { evaluation = gate.hashes?.evaluation ?? null } = receipt
  return (
    receipt.gate === gate.id &&
    receipt.verdict === (gate.verdict === 'PASS' ? 'passed' : 'not-passed') &&
    receipt.candidate.version === gate.candidate &&
    receipt.candidate.version === version &&
    receipt.baseline.version === gate.baseline &&
    (receipt.anchor?.version ?? null) === gate.anchor &&
    receipt.testSet === keyed(splitKey, `test set ${gate.testSet}`) &&
    receipt.policyHash === contentHash(JSON.parse(gate.policy)) &&
    evaluation === (gate.hashes?.evaluation ?? null) &&
    solo === gate.solo &&
    (solo ? isSolo : areEnough)
  )
}

/** What somebody who overrides a gate has the server sign. @param of the gate that could not tell */
export function overridingOf(
  {
    id,
    change,
    head,
    tree,
    person,
    reason,
    solo,
  }: Pick<ChangeDecision, 'id' | 'change' | 'head' | 'tree' | 'person' | 'reason' | 'solo'>,
  { gate, receipt, version }: Pick<Overriding, 'gate' | 'receipt' | 'version'>,
): Overriding {
  return {
    decision: id,
    change,
    head,
    tree,
    version,
    gate,
    receipt,
    reason: reason ?? '',
    by: person,
    solo,
  }
}

/** Whether what was signed of a decision says that it overrides exactly this gate, for this version. */
export function isSignedOverride(
  decision: ChangeDecision,
  { id, receipt, candidate }: Pick<StoredGate, 'id' | 'receipt' | 'candidate'>,
  keys: Keys,
): boolean {
  const { record } = decision
  if (record === null || receipt === null || decision.gate !== id) return false
  const overriding = overridingOf(decision, { gate: id, receipt, version: candidate })
  return holds(() => isOverrideOf(record, overriding, keys))
}

/** What is refused does not hold. */
function holds(check: () => boolean): boolean {
  try {
    return check()
  } catch (error) {
    refusalIn(error)
    return false
  }
}
