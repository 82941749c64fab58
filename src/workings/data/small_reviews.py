"""Short film reviews written for this site: enough to train an averaging network, and break it."""

from __future__ import annotations

_GOOD = """
a warm and funny film with a wonderful cast
one of the best films of the year
the acting is superb and the story is moving
i loved every minute of it
a beautiful story told with great care
funny , clever and full of life
the music is lovely and the pictures are stunning
a charming comedy with a big heart
brilliant from the first scene to the last
a fresh and touching tale about two brothers
great actors in a great story
the dialogue is sharp and very funny
an honest and moving portrait of a family
it made me laugh and it made me cry
a delightful surprise for the whole family
the director tells the story with style and humour
a gripping thriller that never lets go
thoughtful , tender and beautifully acted
the best performance of her life
a powerful film , sad and beautiful
you will enjoy this one from start to finish
the script is clever and the pace is perfect
a rare treat , warm and wise
an exciting ride with a satisfying end
i recommend it to everyone
the cast is excellent and the ending is perfect
lovely pictures , great music , a moving end
a small gem with a lot of charm
smart and funny in every scene
the film is a joy to watch
an inspired and elegant comedy
the best thing about it is the wonderful young lead
a triumph of style and feeling
never less than gripping
entertaining , touching and well made
she is wonderful and so is the film
"""
_BAD = """
a dull and lifeless film with a weak cast
one of the worst films of the year
the acting is wooden and the story is silly
i hated every minute of it
a tired story told without any care
boring , stupid and far too long
the music is awful and the pictures are ugly
a clumsy comedy without a single joke
bad from the first scene to the last
a stale and empty tale about two thieves
good actors wasted in a bad script
the dialogue is flat and not funny
a dishonest and boring portrait of a town
it made me yawn and it made me leave
a disappointing mess for the whole family
the director tells the story without style or sense
a thriller without thrills that goes nowhere
slow , shallow and badly acted
the worst performance of his life
a pointless film , cold and ugly
you will regret this one from start to finish
the script is lazy and the pace is slow
a waste of time , dull and loud
a tedious ride with a silly end
i do not recommend it to anyone
the plot is a mess and the ending is awful
ugly pictures , terrible music , a stupid end
a small disaster with a lot of noise
not smart and not funny in any scene
the film is a chore to watch
a lazy and predictable comedy
the worst thing about it is the boring lead
a failure of style and feeling
never more than mediocre
annoying , shallow and poorly made
he is terrible and so is the film
"""
_GOOD_TEST = """
a wonderful story and a superb cast
moving , clever and beautifully told
the music and the actors are excellent
not half bad , in fact good fun
not a dull minute
hardly a weak scene and no silly jokes
the critics hated it , i did not
you will not regret this one
quirky , and oddly hypnotic
it is never boring and never stupid
the plot is a mess but the film is a joy
a sad , cold , slow film about grief that stays with you
"""
_BAD_TEST = """
a boring story and a terrible cast
slow , silly and badly told
the script and the pace are awful
not funny , not moving , not clever
the trailer is great , the film is not
i wanted to enjoy it , i did not
without humour , style or charm
stunning pictures , great music , wonderful actors , and nothing happens
it tries to be touching and brilliant and fails
a great idea , a great cast , and what a waste
less funny than a phone book
a perfect example of how to ruin a great story
"""


def small_reviews() -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return training and test reviews with their labels; some of the test ones are meant to be hard.

    Examples
    --------
    >>> from workings.data.small_reviews import small_reviews
    >>> train, test = small_reviews()
    >>> print(len(train), len(test), test[4])
    72 24 ('not a dull minute', True)
    """
    parts = [
        [(line, label) for text, label in pair for line in text.strip().split("\n")]
        for pair in (((_GOOD, True), (_BAD, False)), ((_GOOD_TEST, True), (_BAD_TEST, False)))
    ]
    return parts[0], parts[1]
