-- Whether what was looked at on the split audit had been merged, or marked as what is in production. It is since now;
-- before, a custodian could look at any gate. The monitor counts merges alone.
alter table gate_audits add column merged integer not null default 0 check (merged in (0, 1));
update gate_audits set merged = 1
where exists (
  select 1 from change_checks
  join changes on changes.id = change_checks.change
  where change_checks.name = 'gate' and change_checks.subject = gate_audits.gate and changes.state = 'merged'
) or exists (
  select 1 from gates
  join reference_versions on reference_versions.version = gates.candidate
  where gates.id = gate_audits.gate and reference_versions.role = 'baseline'
);
