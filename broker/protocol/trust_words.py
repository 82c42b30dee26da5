"""The words of the string that both screens show: 256 a language, for one byte each.

They are for reading aloud over a bad line: nouns that everybody knows, of four to nine letters, no
two of one language with the same first four letters or a single letter apart, accents aside.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

TrustLanguage = Literal["en", "fr"]

_ENGLISH: Final = """
acorn alarm amber anchor angle apple arrow artist athlete autumn avocado bacon bagel bakery
balcony bamboo banana banjo basket beach beaver bedroom beetle bicycle blossom bonfire bottle
boulder branch breakfast broccoli bronze bubble bucket buffalo button cabin camel candle canoe
canyon captain carrot cartoon castle cathedral ceiling cello cheese cherry chimney chocolate
circle clarinet clover coconut coffee comet compass copper corner cottage cowboy cricket crystal
cucumber curtain cushion daisy dancer diamond dinner dolphin donkey drawer drummer eagle easel
elbow emerald engine envelope evening explorer falcon family farmer feather ferry fiddle
fireplace flamingo forest fossil fountain garden giraffe glacier glove goblet gondola gorilla
guitar hammer harbour harvest hazelnut hedgehog hockey honey horizon hospital igloo insect ivory
jacket jasmine jewel jigsaw jogger juggler kangaroo kayak ketchup kettle keyboard kitchen kitten
ladder lagoon lantern laundry lavender lemon letter library lizard lounge lumber luggage magnet
mango maple market meadow mercury meteor mirror morning museum mushroom mustard napkin needle
nickel oasis ocean octopus onion orange orbit ostrich otter oven oyster paddle painter pancake
panther pasta peacock pencil penguin picnic pillow pistachio planet plaza pocket pony poppy
postcard potato pumpkin puppet pyramid quarry queen rabbit raccoon radio rainbow raspberry
ribbon river robin robot ruby sailor salad salmon sandal saturn saxophone scarf school scooter
shadow shampoo shovel silver skeleton sofa soldier spaghetti spider spinach sponge squirrel
stadium station sugar summer swallow sweater table teacher tennis thunder tiger timber toast
tomato tractor treasure trumpet tulip turtle twilight unicorn vacuum valley vanilla velvet
vinegar volcano waffle walnut walrus water wedding whistle window winter wolf yoghurt
"""

_FRENCH: Final = """
abricot acajou accordéon adresse agneau aigle algue allumette ampoule ananas animal araignée
arbre argent artiste asperge atelier autruche avion bagage baleine balcon banane barque berger
beurre biche billet blason bocal bonbon bonnet bougie boulanger bouquet bouteille branche brebis
brosse brouette buffle bureau cabane café camion campagne carotte carnaval casque castor cerise
chameau chanson charbon cheval chimie cigale cigogne ciseaux clavier cloche clown colline
colombe concert coquille corail costume coton couloir coussin crabe crème crevette cuillère
danse dauphin dentiste dindon docteur drapeau échelle éclair école écureuil église enfant épaule
escalier étang étoile famille faucon fauteuil ferme feuille figue flamme flèche flocon fontaine
forêt foulard fourmi framboise frelon fromage galaxie gant gazelle girafe glace goutte grange
grenier guêpe guitare hamac herbe hérisson hiver homard horloge huître insecte invité ivoire
jambon jasmin javelot jeton jouet journal jumelles karaté kimono lagune laitue lampe lapin
laurier lavande lentille lessive levure lézard libellule lièvre lilas limace loterie loutre
lunette machine magasin manteau marché marron menthe météore miel miroir moineau moteur mouette
moulin muguet muraille myrtille navire neige nuage oignon oiseau opéra orage oreiller orgue
ourson palmier panda panier parapluie parfum patin peinture pendule perroquet phare pilote
piscine pivoine plume poivre pomme portail potiron poulet pyramide quartier radis raisin
raquette renard requin réveil rivière robinet roseau ruban rubis sable safran salade saumon
savane serpent serviette sifflet soleil sorcier soupe stade statue sucre surprise tabouret
tambour tapis tasse téléphone terrasse tilleul timbre toboggan tonneau torrent tortue tournesol
tracteur trésor tricot trompette tulipe tuyau usine valise vallée vase velours victoire violon
voile voiture wagon yaourt
"""

WORDS: Final[Mapping[TrustLanguage, tuple[str, ...]]] = MappingProxyType(
    {"en": tuple(_ENGLISH.split()), "fr": tuple(_FRENCH.split())}
)
"""By language, a word for each value of a byte."""
