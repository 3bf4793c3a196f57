-- The type of an issue that a person added, which counts also when its text is forgotten.
alter table verdicts add column issue_type text;

drop trigger verdicts_never_change;
update verdicts set issue_type = (
  select json_extract(content, '$.added.type') from verdict_texts where verdict = verdicts.id
) where kind = 'missed';
create trigger verdicts_never_change before update on verdicts
begin select raise(abort, 'verdicts are append-only'); end;
