-- Who had it measured again that was told without a verdict; null: its author asked.
alter table gates add column requester text;

-- When everybody is told how a look at audit ended, known from its beginning; null where nobody waits.
alter table gate_audits add column due_at bigint;
-- Since when its candidate has read examples of audit.
alter table gate_audits add column candidate_at bigint;
-- What kept its flows apart; null of those before this.
alter table gate_audits add column walls text;

-- Those under way have one from now on.
update gate_audits
set due_at = (extract(epoch from now()) * 1000)::bigint
  + (coalesce((gates.policy::json ->> 'answerEverySeconds')::numeric, 1800) * 1000)::bigint
from gates
where gates.id = gate_audits.gate
  and gate_audits.state = 'running' and gate_audits.fault is null and gates.solo = 0;
