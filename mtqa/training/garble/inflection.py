"""English inflection by rule: forms of a lemma, and the lemmas that a form may belong to.

Regular spelling rules and tables of the irregular verbs and plurals of the school grammars. Where two
spellings are possible (``travelled``, ``traveled``) corpus counts decide.
"""

from __future__ import annotations

from collections.abc import Mapping

from mtqa.training.garble.tables import read_table

VERB_FORMS = ("V", "Z", "T", "K", "G")

_VOWELS = "aeiou"


IRREGULAR_VERBS = {base: (past, participle) for base, past, participle in read_table("irregular_verbs")}
IRREGULAR_PLURALS = {row[0]: row[1] for row in read_table("irregular_plurals")}
_SINGULARS = {plural: singular for singular, plural in IRREGULAR_PLURALS.items()}
_PAST_TO_BASE: dict[str, list[tuple[str, str]]] = {}
for _base, (_past, _participle) in IRREGULAR_VERBS.items():
    _PAST_TO_BASE.setdefault(_past, []).append((_base, "T"))
    _PAST_TO_BASE.setdefault(_participle, []).append((_base, "K"))


def _with_s(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and len(word) > 1 and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    if word in ("go", "do", "veto", "echo", "hero", "potato", "tomato", "embargo"):
        return word + "es"
    return word + "s"


def plural(noun: str) -> str:
    """The plural of a singular noun (of the last word of a compound)."""
    head, _, last = noun.rpartition(" ")
    form = IRREGULAR_PLURALS.get(last) or _with_s(last)
    if last.endswith(("man", "woman")) and last.lower() not in ("human", "german", "roman"):
        form = last[:-2] + "en"
    return f"{head} {form}" if head else form


def _doubles(verb: str, counts: Mapping[str, int]) -> bool:
    """Whether the final consonant doubles before -ed and -ing; the counts decide, short words by rule."""
    if len(verb) < 3 or verb[-1] in "aeiouwxyh" or verb[-2] not in _VOWELS or verb[-3] in _VOWELS:
        return False
    doubled = sum(counts.get(verb + verb[-1] + end, 0) for end in ("ed", "ing"))
    single = sum(counts.get(verb + end, 0) for end in ("ed", "ing"))
    one_syllable = sum(letter in _VOWELS for letter in verb) == 1
    return doubled > single or (doubled == single and one_syllable)


def conjugate(verb: str, form: str, counts: Mapping[str, int]) -> str:
    """The ``form`` of a verb or phrasal verb: V base, Z third person, T past, K past participle, G -ing."""
    verb, space, rest = verb.partition(" ")
    return _conjugate_word(verb, form, counts) + space + rest


def _conjugate_word(verb: str, form: str, counts: Mapping[str, int]) -> str:
    if form == "V":
        return verb
    if form == "Z":
        return {"have": "has", "be": "is"}.get(verb) or _with_s(verb)
    if form in "TK" and verb in IRREGULAR_VERBS:
        return IRREGULAR_VERBS[verb]["TK".index(form)]
    suffix = "ing" if form == "G" else "ed"
    if verb.endswith("ie") and form == "G":
        return verb[:-2] + "ying"
    if verb.endswith("e") and (form != "G" or not verb.endswith(("ee", "oe", "ye"))):
        return verb[:-1] + suffix if verb != "be" else verb + suffix
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS and form != "G":
        return verb[:-1] + "ied"
    if verb.endswith("c"):
        return verb + "k" + suffix
    return verb + (verb[-1] if _doubles(verb, counts) else "") + suffix


def _verb_stems(form: str, cut: int) -> list[str]:
    stem = form[:-cut]
    stems = [stem, stem + "e"]
    if len(stem) > 3 and stem[-1] == stem[-2]:
        stems.insert(0, stem[:-1])
    if stem.endswith("i"):
        stems.append(stem[:-1] + "y")
    return stems


def analyses(form: str) -> list[tuple[str, str]]:
    """Every (lemma, tag) that a lower-case form may have; tags N, S (plural) and the verb forms.

    Not checked against any vocabulary: the caller keeps the lemmas that it knows.
    """
    found: list[tuple[str, str]] = [(form, "N"), (form, "V"), (form, "J"), (form, "R")]
    found += _PAST_TO_BASE.get(form, ())
    if form in _SINGULARS:
        found.append((_SINGULARS[form], "S"))
    if form.endswith("men"):
        found.append((form[:-2] + "an", "S"))
    if form.endswith("s") and not form.endswith("ss"):
        stems = [form[:-1]]
        if form.endswith("ies"):
            stems = [form[:-3] + "y"]
        elif form.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
            stems.append(form[:-2])
        found += [(stem, tag) for stem in stems for tag in "SZ" if not (tag == "Z" and form == "has")]
    if form.endswith("ed") and len(form) > 4:
        found += [(s, t) for s in _verb_stems(form, 2) if s not in IRREGULAR_VERBS for t in "TK"]
    if form.endswith("ing") and len(form) > 5:
        found += [(stem, "G") for stem in _verb_stems(form, 3)]
        if form[-4] == "y":
            found.append((form[:-4] + "ie", "G"))
    return found


def match_case(text: str, like: str) -> str:
    """``text`` with the capitals of ``like``: Initial or ALL CAPS."""
    if len(like) > 1 and like.isupper():
        return text.upper()
    return text[:1].upper() + text[1:] if like[:1].isupper() else text


def article_for(word: str) -> str:
    """``a`` or ``an`` before ``word``, by its spelling."""
    low = word.lower()
    if low.startswith(("hour", "honest", "honor", "honour", "heir")):
        return "an"
    if low.startswith(
        ("uni", "use", "usu", "eu", "one", "once", "uti", "ukr", "ura", "ubiq")
    ) and not low.startswith(("unin", "unim", "unid")):
        return "a"
    return "an" if low[:1] in _VOWELS else "a"
