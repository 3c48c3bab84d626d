//! Scenario 9 of the talk: a broker that asks who is there.

use wire::{ConnectReturnCode, Qos};

use super::Scenario;
use crate::by_hand::{ByHand, full_broker, publish, setup};
use crate::error::LabError;
use crate::guest::{Account, Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "authentication",
    about: "User Name and Password: an anonymous client, a wrong password and the right one",
    remember: "CONNECT carries User Name and Password as they are: its dump shows both. \
               Whoever sees the packet on its way can read them, and use them to get in. Only TLS hides \
               them.",
    by_hand: ByHand {
        steps: &[
            setup("echo devday | cargo run -p broker --features full -- passwd users.txt paolo"),
            full_broker(&["--trace", "--password-file", "users.txt"]),
            publish("nobody", &["-t", "mytopic", "-m", "hello"]),
            publish("guesser", &["-t", "mytopic", "-m", "hello", "-u", "paolo", "-P", "wrong"]),
            publish("laptop", &["-t", "mytopic", "-m", "hello", "-u", "paolo", "-P", "devday"]),
        ],
        filter: "mqtt.passwd || mqtt.conack.val != 0",
        shows: "every password, in clear, and who was refused",
    },
    inputs: INPUTS,
    play,
};

const USER: Input = Input::new("user", Kind::Text, "paolo")
    .about("User Name of the second client")
    .changes("user_name");
const PASSWORD: Input = Input::new("password", Kind::Text, "wrong")
    .about("Password of the second client")
    .changes("password");

const INPUTS: &[Input] = &[USER, PASSWORD];

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    let Some(account) = lab.account(Account::new("paolo", "devday"))? else {
        lab.say(
            "Left out here: your broker has accounts of its own, if it has any. Name one of them with \
             --user and --password, and this scenario tries it: once without it, once with a wrong \
             password, once with the right one. The trace will show the password.",
        );
        return Ok(());
    };
    lab.say(
        "The broker lets in only those whom it knows. The first client says nothing about itself: both \
         flags, User Name and Password, are 0. The answer is a CONNACK with code 5, not authorized. Then \
         the broker closes.",
    );
    let code = lab.knock(Guest::named("nobody").anonymous())?;
    remark(lab, code, ConnectReturnCode::NOT_AUTHORIZED);

    let guess = Account {
        // On another broker this is whoever was named for it.
        user_name: if choices.is_usual(&USER) { &account.user_name } else { choices.text(&USER) }
            .to_owned(),
        password: choices.text(&PASSWORD).to_owned(),
    };
    lab.say(&about_guess(&guess, &account));
    let is_right = guess == account;
    let code = lab.knock(Guest::named("guesser").user(guess))?;
    if !is_right {
        remark(lab, code, ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD);
    }

    lab.say(
        "The third one has the right password: code 0, and it may go on. Look at the end of its CONNECT: \
         the last field is the password, letter by letter.",
    );
    let client = lab.connect(Guest::named("laptop").user(account))?;
    lab.subscribe(client, "mytopic", Qos::AtMostOnce)?;
    lab.publish(client, Note::new("mytopic", "hello"))?;
    lab.receive(client)?;
    lab.disconnect(client)?;
    Ok(())
}

/// What becomes of a client that says it is this one.
fn about_guess(guess: &Account, account: &Account) -> String {
    let Account { user_name, .. } = guess;
    if guess == account {
        return format!(
            "The second one names a user, {user_name}, and a password that is right. It is let in: code 0."
        );
    }
    let what = if guess.user_name == account.user_name {
        "a password that is wrong"
    } else {
        "a password that does not belong to that name"
    };
    format!(
        "The second one names a user, {user_name}, and {what}. There is code 4 for this, bad user name or \
         password. It does not say which of the two: that would tell a stranger who has an account."
    )
}

/// What to say where a broker answers other than the lab's own.
fn remark(lab: &Lab, code: ConnectReturnCode, ours: ConnectReturnCode) {
    if code == ConnectReturnCode::ACCEPTED {
        lab.say("This broker lets it in all the same: that is for whoever runs it to choose.");
    } else if code != ours {
        lab.say(&format!(
            "This broker says {code}. The standard has both codes, and leaves it to the broker which one \
             fits."
        ));
    }
}
