/**
 * The key store's tables, as numbered steps that are applied once and never edited. No value of a person stands in
 * any of them: wrapped keys, fingerprints, HMACs and pseudonymous ids only.
 */
export const keyStoreMigrations: readonly string[] = [
  `
  CREATE TABLE ks.kek (
    kek_id       text PRIMARY KEY,
    provider     text NOT NULL,
    provider_ref text NOT NULL,
    state        text NOT NULL CHECK (state IN ('active', 'retiring', 'destroyed')),
    activated_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    evidence     jsonb,
    CHECK ((state = 'destroyed') = (destroyed_at IS NOT NULL))
  );
  CREATE UNIQUE INDEX kek_one_active ON ks.kek (state) WHERE state = 'active';

  CREATE TABLE ks.subject (
    ref        uuid PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE TABLE ks.subject_key (
    kid           text PRIMARY KEY,
    subject_ref   uuid NOT NULL REFERENCES ks.subject,
    scope         text NOT NULL,
    gen           integer NOT NULL CHECK (gen >= 1),
    state         text NOT NULL CHECK (state IN ('pending', 'active', 'retired', 'shredded')),
    stream        text NOT NULL CONSTRAINT subject_key_stream UNIQUE,
    alg           text NOT NULL,
    kek_id        text REFERENCES ks.kek,
    wrapped_dek   bytea,
    fp            bytea NOT NULL CONSTRAINT subject_key_fp UNIQUE CHECK (octet_length(fp) = 32),
    declared_rev  bigint,
    created_event uuid,
    created_at    timestamptz NOT NULL DEFAULT now(),
    erased_at     timestamptz,
    erasure_id    uuid,
    CONSTRAINT subject_key_generation UNIQUE (subject_ref, scope, gen),
    CHECK ((state = 'shredded') = (wrapped_dek IS NULL)),
    CHECK (wrapped_dek IS NULL OR kek_id IS NOT NULL)
  );
  CREATE UNIQUE INDEX subject_key_one_active ON ks.subject_key (subject_ref, scope) WHERE state = 'active';
  CREATE UNIQUE INDEX subject_key_one_pending ON ks.subject_key (subject_ref, scope) WHERE state = 'pending';
  CREATE INDEX subject_key_pending ON ks.subject_key (created_at) WHERE state = 'pending';
  CREATE INDEX subject_key_live_kek ON ks.subject_key (kek_id, kid) WHERE wrapped_dek IS NOT NULL;

  CREATE TABLE ks.subject_fence (
    subject_ref        uuid NOT NULL REFERENCES ks.subject,
    scope              text NOT NULL,
    erased_through_gen integer NOT NULL CHECK (erased_through_gen >= 0),
    closed             boolean NOT NULL,
    fps                bytea[] NOT NULL,
    erasure_id         uuid NOT NULL,
    erased_at          timestamptz NOT NULL,
    PRIMARY KEY (subject_ref, scope)
  );
  CREATE TABLE ks.fenced_fp (
    fp          bytea PRIMARY KEY CHECK (octet_length(fp) = 32),
    subject_ref uuid NOT NULL,
    scope       text NOT NULL
  );

  CREATE FUNCTION ks.refuse_resurrection() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.wrapped_dek IS NOT NULL AND (
      EXISTS (SELECT FROM ks.fenced_fp f WHERE f.fp = NEW.fp)
      OR EXISTS (SELECT FROM ks.subject_fence f
                  WHERE f.subject_ref = NEW.subject_ref AND f.scope = NEW.scope
                    AND (f.closed OR NEW.gen <= f.erased_through_gen)))
    THEN
      RAISE EXCEPTION 'key % is fenced', NEW.kid USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER subject_key_fence BEFORE INSERT OR UPDATE ON ks.subject_key
    FOR EACH ROW EXECUTE FUNCTION ks.refuse_resurrection();

  CREATE TABLE ks.named_key (
    name        text NOT NULL,
    version     integer NOT NULL CHECK (version >= 1),
    kek_id      text NOT NULL REFERENCES ks.kek,
    wrapped_key bytea NOT NULL,
    fp          bytea NOT NULL CHECK (octet_length(fp) = 32),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, version)
  );
  `,
  `
  CREATE TABLE ks.contact_claim (
    kind             text NOT NULL CHECK (kind IN ('email', 'phone', 'postal-address', 'external-id')),
    bik_ver          integer NOT NULL,
    bidx             bytea NOT NULL CHECK (octet_length(bidx) = 32),
    subject_ref      uuid NOT NULL REFERENCES ks.subject,
    scope            text NOT NULL,
    state            text NOT NULL CHECK (state IN ('pending', 'live')),
    command_id       uuid NOT NULL,
    contact_point_id uuid NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT contact_claim_value UNIQUE (kind, bidx, subject_ref)
  );
  CREATE UNIQUE INDEX contact_claim_external_id ON ks.contact_claim (bidx) WHERE kind = 'external-id';
  CREATE INDEX contact_claim_bidx ON ks.contact_claim (bidx);
  CREATE INDEX contact_claim_command ON ks.contact_claim (command_id);
  CREATE INDEX contact_claim_point ON ks.contact_claim (contact_point_id);
  CREATE INDEX contact_claim_subject ON ks.contact_claim (subject_ref);
  CREATE INDEX contact_claim_pending ON ks.contact_claim (created_at) WHERE state = 'pending';

  CREATE TABLE ks.suppression_entry (
    suppression_id uuid PRIMARY KEY,
    hmac           bytea NOT NULL CHECK (octet_length(hmac) = 32),
    version        integer NOT NULL,
    purpose_id     text,
    channel        text,
    controller_id  uuid,
    review_on      date
  );
  CREATE INDEX suppression_entry_hmac ON ks.suppression_entry (hmac);

  CREATE TABLE ks.actor_map (
    issuer_sub_hmac bytea PRIMARY KEY CHECK (octet_length(issuer_sub_hmac) = 32),
    actor_id        uuid NOT NULL UNIQUE,
    kind            text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
  );

  CREATE TABLE ks.service_key (
    key_id        uuid PRIMARY KEY,
    name          text NOT NULL,
    client_id     text NOT NULL,
    actor_id      uuid NOT NULL,
    scopes        text[] NOT NULL,
    secret_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(secret_sha256) = 32),
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz,
    revoked_at    timestamptz
  );
  `,
  `
  CREATE TABLE ks.archive_entry (
    kind        text NOT NULL CHECK (kind IN ('email', 'phone', 'postal-address', 'external-id')),
    key_version integer NOT NULL,
    hmac        bytea NOT NULL CHECK (octet_length(hmac) = 32),
    subject_ref uuid NOT NULL REFERENCES ks.subject,
    scope       text NOT NULL,
    until       date NOT NULL,
    PRIMARY KEY (hmac, subject_ref, scope)
  );
  CREATE INDEX archive_entry_subject ON ks.archive_entry (subject_ref, scope);
  `,
  `
  ALTER TABLE ks.suppression_entry ADD COLUMN entered_on date;
  UPDATE ks.suppression_entry SET entered_on = coalesce(review_on - interval '3 years', now())::date;
  ALTER TABLE ks.suppression_entry ALTER COLUMN entered_on SET NOT NULL;
  `,
];
