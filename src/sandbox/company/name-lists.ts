export type Culture = {
  readonly women: readonly string[];
  readonly men: readonly string[];
  readonly families: readonly string[];
  /** The language that people with these names speak besides English. */
  readonly language: string;
  /** Their offices, by position in the list of places; repetition gives weight. */
  readonly offices: readonly number[];
};

const words = (text: string): readonly string[] => text.trim().split(/,\s+/);

/**
 * No two family names may have the same form in an email address (`Müller` and `Mueller`), nor two first
 * names of one culture. Then all generated full names differ (a test checks this).
 */
export const CULTURES: readonly Culture[] = [
  {
    language: "German",
    offices: [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 9],
    women: words(`
      Anna, Lena, Mara, Katharina, Johanna, Sophie, Ulrike, Jördis, Käthe, Greta, Antje, Silke, Frauke, Wiebke, Heike,
      Birgit, Claudia, Franziska, Friederike, Hannah, Ida, Jana, Juliane, Kerstin, Lea, Luise, Marlene, Merle, Nele,
      Paula, Rike, Sabine, Svenja, Theresa, Ute, Vanessa, Yvonne, Bärbel, Dörte, Gesche`),
    men: words(`
      Tobias, Jörg, Jürgen, Lukas, Felix, Maximilian, Björn, Hauke, Henning, Götz, Günther, Sönke, Thies, Torben, Ulf,
      Matthias, Sebastian, Stefan, Andreas, Bernd, Carsten, Daniel, Detlef, Dirk, Eike, Florian, Frank, Hannes, Holger,
      Jan-Niklas, Jakob, Jonas, Karl-Heinz, Kai, Lennart, Malte, Niklas, Ole, Philipp, Rüdiger`),
    families: words(`
      Müller, Schmidt, Schneider, Fischer, Weber, Meyer, Wagner, Becker, Schulz, Hoffmann, Schäfer, Koch, Bauer,
      Richter, Klein, Wolf, Schröder, Neumann, Schwarz, Zimmermann, Braun, Krüger, Hofmann, Hartmann, Lange, Schmitt,
      Werner, Krause, Meier, Lehmann, Schmid, Schulze, Maier, Köhler, Herrmann, König, Walter, Mayer, Huber, Kaiser,
      Fuchs, Peters, Lang, Scholz, Möller, Weiß, Jung, Hahn, Schubert, Vogel, Friedrich, Keller, Günther, Frank, Berger,
      Winkler, Roth, Beck, Lorenz, Baumann, Franke, Albrecht, Schuster, Simon, Ludwig, Böhm, Winter, Kraus, Schumacher,
      Krämer, Vogt, Stein, Jäger, Otto, Sommer, Groß, Seidel, Heinrich, Brandt, Haas, Schreiber, Graf, Dietrich,
      Ziegler, Kuhn, Kühn, Pohl, Engel, Horn, Busch, Bergmann, Voigt, Wrede, von Bülow, Freiherr von Thun`),
  },
  {
    language: "Portuguese",
    offices: [3, 3, 3, 3, 3, 3, 0, 4],
    women:
      words(`Ines, Beatriz, Mariana, Leonor, Conceição, Filipa, Joana, Catarina, Sofia, Matilde, Marta, Rita,
      Carolina, Patrícia, Teresa, Lúcia, Raquel, Helena`),
    men: words(`João, Tiago, Gonçalo, Rui, Nuno, Duarte, Afonso, Miguel, Henrique, Luís, Simão, Vasco, Bruno, Diogo,
      António, Fábio, José, Pedro`),
    families:
      words(`Silva, Santos, Ferreira, Pereira, Oliveira, Costa, Rodrigues, Martins, Sousa, Fernandes, Gonçalves,
      Gomes, Lopes, Marques, Almeida, Ribeiro, Pinto, Carvalho, Teixeira, Moreira, Correia, Mendes, Nunes, Soares,
      Vieira, Monteiro, Cardoso, Rocha, Magalhães, Guimarães, da Cunha, Antunes, Conceição`),
  },
  {
    language: "English",
    offices: [4, 4, 4, 4, 5, 5, 5, 5, 6, 1],
    women:
      words(`Olivia, Emily, Grace, Charlotte, Zoë, Siobhán, Chloë, Amelia, Harriet, Imogen, Madison, Ashley, Taylor,
      Brianna, Naomi, Abigail, Rosalind, Philippa, Gemma, Niamh, Renée, Jasmine`),
    men: words(`Oliver, Jack, Harry, Callum, Declan, Rhys, Seán, Tyler, Brandon, Marcus, Wesley, Theodore, Malcolm, Nigel,
      Gareth, Jamal, DeShawn, Logan, Connor, Elliot, Preston, Desmond`),
    families:
      words(`Smith, Jones, Taylor, Brown, Williams, Wilson, Johnson, Davies, Patterson, O'Brien, O’Sullivan, Evans,
      Thomas, Roberts, Green, Hall, Wood, Jackson, Clarke, Harrison, McAllister, Fitzgerald, Washington, Jefferson,
      Whitfield, Ashworth, Bellamy, Carmichael, Pemberton, Lovelace, Okafor, Adeyemi, Baptiste, St. John, Van Doren,
      Hargreaves, Llewellyn, Montgomery, Sinclair, Underwood`),
  },
  {
    language: "Polish",
    offices: [7, 7, 7, 7, 1, 0],
    women:
      words(`Agnieszka, Małgorzata, Katarzyna, Zofia, Wanda, Bożena, Łucja, Aleksandra, Magdalena, Kinga, Jagoda,
      Weronika, Halina, Żaneta`),
    men: words(`Paweł, Łukasz, Michał, Wojciech, Krzysztof, Grzegorz, Stanisław, Tomasz, Bartłomiej, Jędrzej, Mateusz,
      Piotr, Zbigniew, Rafał`),
    families:
      words(`Nowak, Kowalczyk, Wiśniewski, Wójcik, Kamiński, Lewandowski, Zieliński, Szymański, Woźniak, Dąbrowski,
      Kozłowski, Jankowski, Mazur, Krawczyk, Piotrowski, Grabowski, Pawłowski, Michalski, Król, Wieczorek, Jabłoński,
      Łukaszewicz, Żuławski, Ćwik`),
  },
  {
    language: "Spanish",
    offices: [8, 8, 8, 8, 5, 3],
    women:
      words(`Lucía, Martina, Noelia, Ximena, Pilar, Rocío, Montserrat, Núria, Itziar, Begoña, Consuelo, Valentina,
      Alejandra, Camila`),
    men: words(`Álvaro, Íñigo, Jorge, Javier, Raúl, Andrés, Joaquín, Jordi, Oriol, Mateo, Santiago, Óscar, Sergio,
      Ramón`),
    families:
      words(`García, Martínez, López, Sánchez, González, Pérez, Gómez, Fernández, Muñoz, Álvarez, Romero, Alonso,
      Gutiérrez, Navarro, Torres, Domínguez, Vázquez, Ramos, Núñez, Ibáñez, Puig i Cadafalch, Echeverría, Peña, Ordóñez,
      Castaño, de la Fuente`),
  },
  {
    language: "Turkish",
    offices: [0, 1, 1, 1, 2, 4],
    women: words(`Ayşe, Elif, Zeynep, Gül, Özlem, Çiğdem, Şebnem, Tuğba, İpek, Nilüfer, Defne, Yasemin`),
    men: words(`Mehmet, Emre, Yiğit, Oğuz, Çağlar, Şahin, Ömer, Uğur, İbrahim, Kerem, Volkan, Tarık`),
    families:
      words(`Yılmaz, Kaya, Demir, Çelik, Şahin, Yıldız, Öztürk, Aydın, Özdemir, Arslan, Doğan, Kılıç, Aslan, Çetin,
      Koç, Kurt, Özkan, Şimşek, Güneş, Türkoğlu, Işık, Ünal`),
  },
  {
    language: "Hindi",
    offices: [6, 6, 4, 5, 1, 0],
    women: words(
      `Priya, Ananya, Deepika, Lakshmi, Kavya, Meera, Nandini, Shreya, Aishwarya, Divya, Ishita, Sunita`,
    ),
    men: words(
      `Arjun, Rohan, Vikram, Sanjay, Rahul, Karthik, Aditya, Nikhil, Suresh, Harish, Manoj, Siddharth`,
    ),
    families:
      words(`Sharma, Patel, Singh, Kumar, Gupta, Iyer, Reddy, Nair, Chatterjee, Banerjee, Desai, Joshi, Kapoor,
      Krishnamurthy, Mehta, Rao, Subramaniam, Venkataraman, Bose, Malhotra`),
  },
  {
    language: "Mandarin",
    offices: [6, 6, 6, 6, 5, 2],
    women: words(`Mei Ling, Xiu Ying, Hui Min, Li Na, Jia Yi, Shu Fen, Wen Xin, Yu Ting, Siew Lan, Xin Yi`),
    men: words(`Wei Jie, Jun Hao, Zhi Hao, Kai Wen, Ming, Boon Kiat, Zhen, Hao Ran, Yong Sheng, Teck Soon`),
    families:
      words(`Tan, Lim, Lee, Ng, Wong, Chan, Goh, Chua, Koh, Teo, Ang, Yeo, Zhang, Wang, Liu, Chen, Huang, Zhao, Wu,
      Xu, Lü, Ou Yang`),
  },
  {
    language: "French",
    offices: [9, 9, 9, 4, 8, 1],
    women: words(
      `Aurélie, Chloé, Hélène, Maëlle, Océane, Noémie, Gaëlle, Cécile, Thérèse, Anne-Sophie, Léonie, Françoise`,
    ),
    men: words(
      `François, Jérôme, Loïc, Rémi, Cédric, Théo, Benoît, Étienne, Jean-Baptiste, Gaël, Mathéo, Aurélien`,
    ),
    families:
      words(`Dubois, Lefèvre, Moreau, Girard, Bonnet, Rousseau, Chevalier, Gauthier, Perrin, Lemaître, Deschamps,
      Bérenger, L'Hermitte, Le Goff, Château, Béraud, Noël, Saint-Exupéry, Courtois, Duchêne`),
  },
  {
    language: "Swedish",
    offices: [0, 0, 0, 1, 4],
    women: words(`Astrid, Åsa, Signe, Ingrid, Freja, Solveig, Linnéa, Märta, Tuva, Ragnhild, Sólrún, Päivi`),
    men: words(`Søren, Åke, Håkon, Jørgen, Lars, Magnus, Gøran, Eirik, Mikkel, Þór, Väinö, Öystein`),
    families:
      words(`Lindqvist, Johansson, Andersson, Nilsson, Sørensen, Bjørnstad, Håkansson, Åkesson, Öberg, Sjöström,
      Nygård, Kjær, Hämäläinen, Mäkelä, Guðmundsdóttir, Ødegård, Bäckström, Dahl, Ström, Rasmussen`),
  },
];
