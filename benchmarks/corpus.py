"""A million French messages, the same each time: words drawn by rank (Zipf), references, amounts, telephones.

They make no sense, but their statistics do: about fifty-five words each, a quarter of them the ten commonest, and
a long tail. So that a query can be rare, medium or common on purpose, three markers are sown at known rates.
"""

from collections.abc import Iterator

import numpy as np

COMMON = (
    "de la le et je à les pour que en vous est un une des pas ne mon ma ce du j’ai au dans qui sur par bonjour "
    "merci avec mais il on votre vos mes plus si nous c’est été n’ai être avoir fait depuis toujours suis me sont "
    "cette aussi très bien donc car comme sans même encore tout rien alors quand après avant chez ou où y se"
).split()
TRADE = (
    "contrat facture remboursement livraison commande compte colis client service conseiller rendez-vous réponse "
    "réclamation paiement prélèvement virement carte numéro dossier demande délai date semaine jour mois heure "
    "matin soir internet box fibre débit coupure panne technicien intervention ligne téléphone appel message "
    "courriel adresse mot passe connexion erreur écran voyant redémarrer brancher installer résilier résiliation "
    "résilié abonnement offre tarif prix promotion remise geste avoir montant euros frais gratuit crédit prêt "
    "mensualité échéance taux assurance assuré sinistre garantie véhicule voiture location agence permis caution "
    "retour restitution kilométrage carburant rayure dommage constat réservation annuler annulation annulée "
    "modifier modification confirmer confirmation attente attendre attends urgent important problème solution "
    "expliquer explication comprendre recevoir reçu envoyer envoyé colère déçu satisfait patience politesse madame "
    "monsieur famille mère père enfant voisin immeuble étage maison appartement bureau travail déménagement cœur "
    "œuvre sœur nœud hôpital école été hiver printemps automne banque caisse magasin boutique produit article "
    "taille couleur neuf abîmé cassé perdu volé retrouvé échange échanger renvoyer étiquette transporteur relais "
    "signature justificatif attestation document pièce identité photo copie original formulaire site page lien "
    "application ordinateur tablette clé code identifiant sécurité fraude litige médiateur avocat courrier recommandé"
).split()
ROOTS = "par tran con dé re sur ex pro im trans sub inter contre mal bien pré post sous auto co".split()
MIDDLES = (
    "port form duc mand plac serv ven tour cour pass lev vers fend mett jet clar pos nomm pren fin".split()
)
ENDINGS = (
    "er é ée és ées ation ations ement ements eur eurs euse ique iques able ables ant ante ible ure".split()
)
BRANDS = 3
WORDS = 55
MEDIUM = "médaillon"  # in about 2.4 % of the messages
RARE = "quincaillerie"  # in about 0.03 %
PHRASE = "geste commercial accordé"  # in about 0.1 %
SMALL_BRAND_SHARE = 0.01


def vocabulary() -> list[str]:
    """Every word, the commonest first."""
    made = [a + b + c + d for d in ("", "s") for a in ROOTS for b in MIDDLES for c in ENDINGS]
    return list(dict.fromkeys(COMMON + TRADE + made))


def texts(count: int, *, seed: int = 20261121) -> Iterator[str]:
    """Texts of `count` messages, in order."""
    random = np.random.default_rng(seed)
    words = np.array(vocabulary(), dtype=object)
    weights = 1.0 / (np.arange(len(words)) + 2.7) ** 1.02
    steps = np.cumsum(weights / weights.sum())
    done = 0
    while done < count:
        size = min(2_000, count - done)
        lengths = np.clip(random.lognormal(np.log(WORDS) - 0.18, 0.6, size), 5, 400).astype(int)
        drawn = words[np.minimum(np.searchsorted(steps, random.random(lengths.sum())), len(words) - 1)]
        start = 0
        for offset, length in enumerate(lengths):
            yield _sown(list(drawn[start : start + length]), number=done + offset)
            start += length
        done += size


def _sown(words: list[str], *, number: int) -> str:
    """The words as a message, with what makes a message of a contact centre, at rates fixed by its number."""
    mixed = number * 2_654_435_761 % 2**32
    middle = len(words) // 2
    if mixed % 41 == 0:
        words.insert(middle, MEDIUM)
    if mixed % 3_571 == 0:
        words.insert(middle, RARE)
    if mixed % 997 == 0:
        words.insert(middle, PHRASE)
    if mixed % 5 == 0:
        words.append(f"Ma référence est AB-{mixed % 900_000 + 100_000}.")
    if mixed % 7 == 0:
        words.append(f"Montant : {mixed % 900},{mixed % 90 + 10} €.")
    if mixed % 11 == 0:
        words.append(f"Mon numéro : 06 {mixed % 90 + 10} {mixed // 97 % 90 + 10} {mixed // 7 % 90 + 10} 12.")
    sentences = [" ".join(words[at : at + 14]) for at in range(0, len(words), 14)]
    return ". ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences) + "."


def brand_of(conversation: int) -> int:
    """Which brand (1 to 3) a conversation belongs to: the third is a small one, one in a hundred."""
    mixed = conversation * 40_503 % 65_521
    return 3 if mixed < 65_521 * SMALL_BRAND_SHARE else 1 + mixed % 2
