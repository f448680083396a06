"""The small words of everyday speech: what people say around a thing, and what no list says of one."""

# None of them is a negation: without it a query would say the opposite.
_NORWEGIAN = """
    å at be bestille bestiller blir bli bruke bruker bruka burde bør da dekka dekke dekker dekket den
    denne der dere de det dette desse disse dykk du eg eigen egen enn er et etter finne finner finnes finn
    finst før få får fått fekk fikk gi gir gjøre gjør gjere gjer gjerne ha hadde han hans har hatt hei
    hennes henne henta hente hentet heter heiter hete hei her hjemme heime ho hos hun hva hvem hvilke
    hvilken hvilket hvis hvor hvordan igjen inn ja jeg kalles kalla kan kanskje kjøpe kjøper kjøpt kom
    komme kommer kor korleis kunne kva kvar kven lage litt lurer man mange med meg mi min mine mitt mot
    mye mykje må når nå noe noen noko nokon nokre også ofte og oppå opp oss rundt samt seg selv sjølv si
    sin sine sitt skal skulle slik slike som sånn sånne så søke søker ta tar takk trenge trenger treng
    trengte ut vår våre være vere var vart vi vil ville veldig vet veit ønske ønsker ynskje ynskjer resept
    refusjon gratis helfo
"""
_ENGLISH = """
    about am an any are at be been but by can could did do does find from get give got had has have he her
    hers him his how if is it its like looking me mine my need needed needs on our out please prescription
    she should some that their them there they this us want wants was we what when where which who will
    would you your
"""
# Who it is for, where it is nobody a product is made for, as "mann" and "barn" are.
_SOMEBODY = """
    mamma mammaen mor mora moren moras pappa pappaen far faren bestemor bestefar mormor morfar farmor farfar
    besta kona kone ektemann ektemannen samboer samboeren sønn sønnen datter dattera datteren dotter bror
    broren søster søsteren søstera tante onkel svigermor svigerfar nabo naboen venninne pasient pasienten
    pasientar pasienter bruker brukeren bebuar beboer
    mother mom mum father dad grandma grandmother grandpa grandfather wife husband son daughter brother sister
    patient patients
"""
# And what is left of a measure without its number: "9 mg/ml".
_UNITS = "mm cm ml cl dl liter litre litres mg mcg kg gram stk stykk stykker dose doser"
EVERYDAY = frozenset(f"{_NORWEGIAN} {_ENGLISH} {_SOMEBODY} {_UNITS}".split())
# Words that say nothing of a product beside another: "på blå resept", "til min mann".
ASIDE = {
    **dict.fromkeys(("blå", "hvit", "kvit", "grønn", "grøn"), "resept"),
    **dict.fromkeys(("mann", "mannen"), "min"),
}
