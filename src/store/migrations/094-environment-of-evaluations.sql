-- In which environment of the server an evaluation was started; null: in none, and of those before.
alter table evaluations add column environment text;
