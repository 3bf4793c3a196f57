-- Why the forge did not let itself be told something of a change. Null: it was told.
alter table change_told add column refusal text;
