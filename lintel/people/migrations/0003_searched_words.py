"""What a tenancy is searched by follows from its home and references, whoever writes them."""

from django.db import migrations

# The same words as the import's (lintel/people/imports/merge.py).
WORDS = "fold_words(h.address, ' ', h.postcode, ' ', {t}.reference)"

# A load that brings its own words, computed in bulk, pays nothing for the first trigger.
FORWARD = f"""
CREATE FUNCTION tenancy_words() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  SELECT {WORDS.format(t="NEW")} INTO NEW.folded FROM people_home h WHERE h.id = NEW.home_id;
  RETURN NEW;
END $$;

CREATE FUNCTION home_words() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  UPDATE people_tenancy t SET folded = {WORDS.format(t="t")}
  FROM people_home h WHERE h.id = t.home_id AND h.id = NEW.id;
  RETURN NULL;
END $$;

CREATE TRIGGER people_tenancy_words_new BEFORE INSERT ON people_tenancy
  FOR EACH ROW WHEN (NEW.folded = '') EXECUTE FUNCTION tenancy_words();
CREATE TRIGGER people_tenancy_words_changed
  BEFORE UPDATE OF home_id, reference ON people_tenancy
  FOR EACH ROW
  WHEN ((OLD.home_id, OLD.reference) IS DISTINCT FROM (NEW.home_id, NEW.reference))
  EXECUTE FUNCTION tenancy_words();
CREATE TRIGGER people_home_words AFTER UPDATE OF address, postcode ON people_home
  FOR EACH ROW WHEN ((OLD.address, OLD.postcode) IS DISTINCT FROM (NEW.address, NEW.postcode))
  EXECUTE FUNCTION home_words();
"""
REVERSE = """
DROP TRIGGER people_home_words ON people_home;
DROP TRIGGER people_tenancy_words_changed ON people_tenancy;
DROP TRIGGER people_tenancy_words_new ON people_tenancy;
DROP FUNCTION home_words();
DROP FUNCTION tenancy_words();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_row_security")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
