-- The type of an issue that a person added, which counts also when its text is forgotten.
alter table verdicts add column issue_type text;

alter table verdicts disable trigger verdicts_never_change;
update verdicts set issue_type = (
  select content::json -> 'added' ->> 'type' from verdict_texts where verdict = verdicts.id
) where kind = 'missed';
alter table verdicts enable trigger verdicts_never_change;
