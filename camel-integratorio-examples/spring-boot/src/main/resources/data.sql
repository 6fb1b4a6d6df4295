MERGE INTO customer (email, name) KEY (email) VALUES
    ('ada.baker@acme.example', 'Ada Baker'),
    ('ben.cole@globex.example', 'Ben Cole'),
    ('cleo.diaz@hooli.example', 'Cleo Diaz'),
    ('dana.ek@initech.example', 'Dana Ek'),
    ('emil.frost@umbrella.example', 'Emil Frost'),
    ('nora.nobody@unknown.example', 'Nora Nobody');
