"""The hand-written corpus and the golden questions of search: what must be found, whatever the database."""

# key | title | body: people (p), conversations (c), messages (m). Numbers follow the lines.
DOCUMENTS = """
p01 | Odile Perrin | odile.perrin@exemple.fr 06 12 34 56 78 client NET-482913
p02 | Amélie Lefèvre | amelie.lefevre@exemple.fr +33 6 98 76 54 32
p03 | Jean-Baptiste Nguyễn | jb.nguyen@exemple.fr 02 47 05 11 22
p04 | Zoé Œillet | zoe@oeillet.example 0033 7 45 12 89 63
p05 | François Lenôtre | f.lenotre+netnet@exemple.fr
p06 | Maëlle d'Angelo | maelle@exemple.fr 07 45 12 89 64
p07 | Seán O'Brien | sean@example.ie +353 1 234 5678
p08 | Ahouéfa Dossou | a.dossou@exemple.bj +229 97 12 34 56
p09 | Müller & Fils | contact@muller-fils.example
p10 | Kadiatou N’Diaye | kadi@exemple.sn
c01 | Erreur T12 sur ma box |
c02 | Résiliation de mon contrat |
c03 | Rayure sur la voiture de location |
c04 | Remboursement de la caution |
c05 | Prélèvement en double |
c06 | Mensualités de mon prêt |
c07 | Panne d'internet à l'étage |
c08 | Rendez-vous du technicien |
c09 | Attestation d'assurance |
c10 | Réservation LOC-2026-00417 |
c11 | Taux du crédit renouvelable |
c12 | Changement d'adresse |
c13 | Œuvre endommagée pendant le transport |
c14 | Clés perdues |
c15 | Aujourd'hui, plus de téléphone |
m01 | | Bonjour, ma box affiche l'erreur T12 depuis ce matin.
m02 | | Le voyant est rouge et l’écran répète « erreur T12 ».
m03 | | Je souhaite résilier mon abonnement internet avant la fin du mois.
m04 | | Votre contrat est résilié depuis le 12 mars, une confirmation vous a été envoyée.
m05 | | Je vous confirme la résiliation de la ligne, sans frais.
m06 | | J'ai résilié l'an dernier et je suis encore prélevé de 29,99 €.
m07 | | La livraison est prévue demain entre 8 h et 12 h.
m08 | | Les livraisons ont pris du retard à cause de la neige.
m09 | | Le livreur n'a pas trouvé l'adresse, il est reparti.
m10 | | Mon colis n'est toujours pas livré.
m11 | | Le remboursement de 120,00 € sera sur votre compte sous cinq jours.
m12 | | Quand serai-je remboursé ?
m13 | | Nous remboursons la totalité de votre réservation.
m14 | | Mes remboursements précédents sont arrivés plus vite.
m15 | | L'eau est entrée dans le coffre de la voiture.
m16 | | Les eaux usées débordent, ce n'est pas de notre ressort.
m17 | | Ma sœur conduira aussi le véhicule.
m18 | | Mes sœurs sont inscrites comme conductrices.
m19 | | Je vous écris de tout cœur pour vous remercier.
m20 | | Une œuvre d'art était dans le camion.
m21 | | Les œuvres ont été assurées à part.
m22 | | Le nœud du réseau est en panne à Tours.
m23 | | Il faut que, s'il pleut demain, quelqu'un ferme le garage.
m24 | | Aujourd'hui je n'ai plus de tonalité.
m25 | | Aujourd’hui encore, rien ne marche.
m26 | | Mon rendez-vous de mardi est annulé ?
m27 | | Prenez rendez-vous sur notre page.
m28 | | Il y a eu deux rendez-vous manqués.
m29 | | Votre dossier porte la référence AB-12345.
m30 | | Réf. AB12345, merci de la rappeler dans vos courriers.
m31 | | J'ai noté AB 12345 sur mon papier.
m32 | | Dossier AB-12346, rien à voir avec le précédent.
m33 | | Le numéro de série est SN/2024/00873.
m34 | | Facture 2026-0417 du 3 novembre.
m35 | | Appelez-moi au 06 12 34 56 78 après 18 h.
m36 | | Mon numéro est le 0612345678.
m37 | | Joignable au +33 6 12 34 56 78 le matin.
m38 | | Mon portable : 06.12.34.56.79.
m39 | | Écrivez à odile.perrin@exemple.fr s'il vous plaît.
m40 | | Mon adresse est perrin.odile@exemple.fr, pas l'autre.
m41 | | Montant prélevé : 1 234,56 €.
m42 | | La facture s'élève à 1234,56 euros.
m43 | | Il manque 12,50 € sur l'avoir.
m44 | | On m'a débité 12.50 euros de trop.
m45 | | Le forfait coûte 45,00 € par mois.
m46 | | Un geste commercial vous est accordé : un mois offert.
m47 | | Le commercial a fait un geste déplacé.
m48 | | Aucun geste n'a été accordé, ni commercial ni autre.
m49 | | Vos gestes commerciaux sont une plaisanterie.
m50 | | Je suis très déçue de votre service.
m51 | | Très déçu, je ne reviendrai pas.
m52 | | Quelle déception.
m53 | | La caution n'a pas été rendue.
m54 | | Les cautions sont débloquées en dix jours.
m55 | | Le taux est de 4,26 % hors assurance.
m56 | | Nos taux ont changé en octobre.
m57 | | Le cheval est sorti du pré, l'agence est fermée.
m58 | | Les chevaux fiscaux figurent sur la carte grise.
m59 | | Le journal de bord du véhicule est dans la boîte à gants.
m60 | | Les journaux parlent de votre panne.
m61 | | Où est l'agence de Tours ?
m62 | | L'agence sera fermée le 1er mai, les clés se déposent dans la boîte.
m63 | | J'ai perdu la clé du coffre.
m64 | | Une rayure de 10 cm sur l'aile avant droite.
m65 | | Les rayures étaient déjà là au départ.
m66 | | La portière est rayée.
m67 | | Le technicien passera jeudi.
m68 | | Nos techniciennes et techniciens sont en route.
m69 | | Un problème technique nous empêche de répondre.
m70 | | Pouvez-vous m'appeler ?
m71 | | Vous pouvez passer à l'agence.
m72 | | Je paie par carte.
m73 | | J'ai payé deux fois.
m74 | | Le paiement a été refusé.
m75 | | Les paiements en trois fois sont possibles.
m76 | | Il paraît que l'offre est terminée.
m77 | | Des offres existent pour les étudiants.
m78 | | J’attends depuis une heure.
m79 | | L'attente est longue.
m80 | | Nous attendons votre retour.
m81 | | Le véhicule de retour à l'agence, l'état des lieux est signé.
m82 | | IBAN : FR76 3000 4000 0312 3456 7890 143
m83 | | Mon IBAN est FR7630004000031234567890143, merci.
m84 | | Le virement part le 24/12/2026.
m85 | | Date d'effet : 24.12.2026
m86 | | C'est-à-dire que rien n'est réglé.
m87 | | Il a garé la voiture jusqu'à l'entrée, puis jusqu’au mur.
m88 | | HÔTEL DE VILLE, ENTRÉE À DROITE
m89 | | Wi-Fi instable dans le salon, le wifi marche dans la cuisine.
m90 | | Télécharger l'application sur l'App Store.
m91 | | Merci.Bonjour encore
m92 | | L’État exige une pièce d'identité.
m93 | | L'été dernier, tout marchait.
m94 | | Le côté droit, la côte d'Azur, la cote du véhicule.
m95 | | Je pars en congé, j'y tiens.
m96 | | Naïf, haï, ambiguë, Noël, maïs.
m97 | | Ça va ? Déjà reçu, leçon apprise.
m98 | | 👍🏽 Parfait, merci beaucoup ❤️
m99 | | The invoice is wrong, please call me back.
m100 | | Привет, у меня нет интернета.
"""

# question => who answers, and nobody else.
QUESTIONS = """
t12 => c01 m01 m02
T12* => c01 m01 m02
erreur T12 => c01 m01 m02
"erreur T12" => c01 m01 m02
"erreur T12 => c01 m01 m02
erreur" => c01 m01 m02
"T12 depuis" => m01
"T12" depuis => m01
erreur depuis => m01
box -erreur => c01 m01
box AND erreur =>
erreur OR T12 =>
box NOT erreur =>
title:erreur =>
NEAR(box erreur) =>
voyant rouge => m02
rouge voyant => m02
"voyant rouge" =>
"est rouge" => m02
"erreur rouge" =>
résilier => c02 m03 m04 m05 m06
resilie => c02 m03 m04 m05 m06
RÉSILIATION => c02 m03 m04 m05 m06
résiliations => c02 m03 m04 m05 m06
résil* => c02 m03 m04 m05 m06
resiliat* => c02 m05
"résilié" => m04 m06
"resilie" => m04 m06
contrat résilié => c02 m04
résilier zzz =>
livraison => m07 m08
livraisons => m07 m08
livrais* => m07 m08
livreur => m09
livrer => m10
pas livré => m10
livr* => m07 m08 m09 m10
remboursement => c04 m11 m12 m14
remboursons => m13
rembourser => c04 m11 m12 m14
REMBOURSEMENTS => c04 m11 m12 m14
rembourseme* => c04 m11 m14
rembours* => c04 m11 m12 m13 m14
"remboursement" => c04 m11
remboursement caution => c04
serai-je => m12
eau => m15 m16
l'eau => m15 m16
d’eau => m15 m16
"l'eau" => m15
"les eaux" => m16
soeur => m17 m18
sœurs => m17 m18
SŒUR => m17 m18
"ma sœur" => m17
coeur => m19
cœurs => m19
oeuvre => c13 m20 m21
œuvres => c13 m20 m21
oeuv* => c13 m20 m21
"œuvre d'art" => m20
"oeuvre d’art" => m20
noeud => m22
nœuds du réseau => m22
s'il => m09 m23 m28 m39 m43 m76 m87
"s'il" => m23 m39
"s’il vous plaît" => m39
aujourd'hui => c15 m24 m25
aujourdhui => c15 m24 m25
"aujourd’hui encore" => m25
AUJOURD'HUI => c15 m24 m25
quelqu'un => m23
quelquun => m23
rendez-vous => c08 m26 m27 m28
rendez vous => c08 m26 m27 m28
rendezvous => c08 m26 m27 m28
rendez‑vou* => c08 m26 m27 m28
"deux rendez-vous" => m28
rendez-vous annulé => m26
AB-12345 => m29 m30 m31
ab-12345 => m29 m30 m31
AB12345 => m29 m30 m31
AB 12345 => m29 m30 m31
ab–12345 => m29 m30 m31
12345 => m29 m30 m31
AB-12346 => m32
AB-1234* => m29 m30 m31 m32
AB* => m29 m30 m31 m32
1234* => m29 m30 m31 m32 m41 m42
référence AB-12345 => m29
"référence AB-12345" => m29
SN/2024/00873 => m33
sn202400873 => m33
00873 => m33
2026-0417 => m34
facture 0417 => m34
LOC-2026-00417 => c10
loc-2026-0* => c10
00417 => c10
2026 => c10 m34 m84 m85
NET-482913 => p01
482913 => p01
06 12 34 56 78 => p01 m35 m36 m37
0612345678 => p01 m35 m36 m37
+33612345678 => p01 m35 m36 m37
+33 6 12 34 56 78 => p01 m35 m36 m37
06.12.34.56.78 => p01 m35 m36 m37
06-12-34-56-78 => p01 m35 m36 m37
0033612345678 => p01 m35 m36 m37
+33 (0)6 12 34 56 78 => p01 m35 m36 m37
061234* => p01 m35 m36 m37 m38
06 12 34 => p01 m35 m38
0612345679 => m38
0745128963 => p04
07 45 12 89 64 => p06
+33 6 98 76 54 32 => p02
0247051122 => p03
+229 97 12 34 56 => p08
+22997123456 => p08
0022997123456 => p08
22997123456 => p08
+353 1 234 5678 => p07
odile.perrin@exemple.fr => p01 m39
ODILE.PERRIN@EXEMPLE.FR => p01 m39
odile.per* => p01 m39
perrin.odile@exemple.fr => m40
odile => p01 m39 m40
perrin odile => p01 m39 m40
"odile perrin" => p01 m39
exemple.fr => p01 p02 p03 p05 p06 m39 m40
@exemple.fr => p01 p02 p03 p05 p06 m39 m40
f.lenotre+netnet@exemple.fr => p05
lenotre => p05
Lenôtre François => p05
francois => p05
amelie.lefevre@exemple.fr => p02
amélie lefèvre => p02
lefevre amelie => p02
lefè* => p02
jean-baptiste => p03
jean baptiste nguyen => p03
Nguyễn => p03
zoé œillet => p04
oeillet => p04
d'Angelo => p06
dangelo => p06
maelle angelo => p06
o'brien => p07
obrien => p07
O’Brien => p07
brien => p07
sean => p07
dossou => p08
a.dossou@exemple.bj => p08
muller => p09
Müller & Fils => p09
müller-fils => p09
n'diaye => p10
ndiaye => p10
Diaye => p10
12,50 => m43 m44
12.50 => m43 m44
12,5 € => m43 m44
1234,56 => m41 m42
1 234,56 => m41 m42
1 234,56 € => m41 m42
45,00 € => p04 p06 m45
29,99 => m06
120 => m11
4,26 % => m55
geste commercial => m46 m47 m48 m49
gestes commerciaux => m46 m47 m48 m49
"geste commercial" => m46
« geste commercial » => m46
“geste commercial” => m46
"gestes commerciaux" => m49
"geste commercial" accordé => m46
"geste comm*" => m46
geste accordé => m46 m48
déçu => m50 m51
decue => m50 m51
déçues => m50 m51
déception => m52
caution => c04 m53 m54
taux => c11 m55 m56
cheval => m57 m58
chevaux => m57 m58
journal => m59 m60
journaux panne => m60
l'agence => m57 m61 m62 m71 m81
"agence de Tours" => m61
tours => m22 m61
clé => c14 m62 m63
cles => c14 m62 m63
rayure => c03 m64 m65
rayée => m66
technicien => c08 m67 m68
technicienne => c08 m67 m68
techni* => c08 m67 m68 m69
pouvez-vous => m70
vous pouvez => m70 m71
"vous pouvez" => m71
payer => m72 m73 m74 m75
paiements => m72 m73 m74 m75
offre => m76 m77
attends => m78
FR76 3000 4000 0312 3456 7890 143 => m82 m83
fr7630004000031234567890143 => m82 m83
fr76* => m82 m83
24/12/2026 => m84 m85
24122026 => m84 m85
c'est-à-dire => m86
"jusqu'à" => m87
jusqu’au mur => m87
hotel de ville => m88
entree => m07 m15 m87 m88
wi-fi => m89
wifi => m89
applications => m90
app store => m90
merci bonjour => m91
état => m81 m92
"l'été" => m93
ete => m04 m21 m48 m53 m74 m93
côté => m94
conge => m95
NAIF => m96
ambigue noel mais => m96
ca va => m97
lecon recu => m97
❤️ merci => m30 m83 m91 m98
invoice => m99
ПРИВЕТ => m100
prélevé => c05 m06 m41
prelevement => c05 m06 m41
assurance => c09 m21 m55
prêts => c06
mensualites => c06
d'internet => c07 m03
conduire => m17
fiscal => m58
droite => m64 m88 m94
boites => m59 m62
10 cm => m64
endommage => c13
"" =>
* =>
' =>
-- =>
((( =>
👍 =>
zzz =>
"""
