-- How many values an hour a device may send; without it as many as the doors bear. For devices that anybody may register.
alter table devices add column most_an_hour int check (most_an_hour > 0);
