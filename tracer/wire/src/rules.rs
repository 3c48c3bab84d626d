//! The 141 numbered rules of MQTT 3.1.1 (its Appendix B), in our own words, and the few requirements
//! that the standard states without a number.
//!
//! One table for everybody: `walk` checks the rules that bind the codec, the cores of
//! broker and client keep those that bind a server or a client, the tracer names the one that a packet
//! breaks, the tests prove that each is kept, and the book prints them. A constant is named by the id
//! of its rule: `MQTT_3_1_2_24` is `[MQTT-3.1.2-24]`. The file is long because the table is.

use crate::rule::{Binds, Rule};

macro_rules! rules {
    ($($constant:ident $id:literal $section:literal $binds:ident $sentence:literal)*) => {
        $(
            #[doc = concat!("`[", $id, "]` §", $section, ": ", $sentence)]
            pub static $constant: Rule =
                Rule { id: $id, section: $section, binds: Binds::$binds, sentence: $sentence };
        )*

        /// Every numbered rule of MQTT 3.1.1, in the order of the standard.
        pub static MQTT_3_1_1: &[&Rule] = &[$(&$constant),*];
    };
}

rules! {
    MQTT_1_5_3_1 "MQTT-1.5.3-1" "1.5.3" Codec
        "Every text field has to be valid UTF-8 with no surrogate code points (U+D800 to U+DFFF), and whoever receives anything else drops the connection."
    MQTT_1_5_3_2 "MQTT-1.5.3-2" "1.5.3" Codec
        "No text field may hold the character U+0000, and a receiver that finds one drops the connection."
    MQTT_1_5_3_3 "MQTT-1.5.3-3" "1.5.3" Codec
        "The bytes EF BB BF are an ordinary U+FEFF wherever they stand in a string, so a receiver keeps them."
    MQTT_2_2_2_1 "MQTT-2.2.2-1" "2.2.2" Codec
        "The four low bits of the first byte carry the fixed values laid down for each packet type wherever they are reserved."
    MQTT_2_2_2_2 "MQTT-2.2.2-2" "2.2.2" Both
        "A receiver that sees wrong fixed-header flags closes the connection."
    MQTT_2_3_1_1 "MQTT-2.3.1-1" "2.3.1" Codec
        "SUBSCRIBE, UNSUBSCRIBE and every PUBLISH above QoS 0 carry a two-byte packet identifier that is never zero."
    MQTT_2_3_1_2 "MQTT-2.3.1-2" "2.3.1" Client
        "A client gives each new such packet an identifier that is not in use at that moment."
    MQTT_2_3_1_3 "MQTT-2.3.1-3" "2.3.1" Client
        "A client that sends such a packet again keeps the identifier, which is free for reuse only once the final acknowledgement (PUBACK, PUBCOMP, SUBACK or UNSUBACK) has been handled."
    MQTT_2_3_1_4 "MQTT-2.3.1-4" "2.3.1" Server
        "A server follows the same identifier rules for the PUBLISH packets above QoS 0 that it sends."
    MQTT_2_3_1_5 "MQTT-2.3.1-5" "2.3.1" Codec
        "A QoS 0 PUBLISH has no packet identifier."
    MQTT_2_3_1_6 "MQTT-2.3.1-6" "2.3.1" Both
        "PUBACK, PUBREC and PUBREL repeat the identifier of the PUBLISH they belong to."
    MQTT_2_3_1_7 "MQTT-2.3.1-7" "2.3.1" Server
        "SUBACK and UNSUBACK repeat the identifier of the request they answer."
    MQTT_3_1_0_1 "MQTT-3.1.0-1" "3.1" Client
        "The first packet a client sends on a fresh connection is CONNECT."
    MQTT_3_1_0_2 "MQTT-3.1.0-2" "3.1" Server
        "A second CONNECT on one connection is a protocol violation that gets the client disconnected."
    MQTT_3_1_2_1 "MQTT-3.1.2-1" "3.1.2.1" Server
        "Given a protocol name it does not know, a server may hang up or treat the stream as some other protocol, but it must not go on as 3.1.1."
    MQTT_3_1_2_2 "MQTT-3.1.2-2" "3.1.2.2" Server
        "A protocol level the server does not support is answered with CONNACK code 0x01, then the connection is closed."
    MQTT_3_1_2_3 "MQTT-3.1.2-3" "3.1.2.3" Server
        "The server checks that bit 0 of the connect flags is zero and disconnects the client if it is not."
    MQTT_3_1_2_4 "MQTT-3.1.2-4" "3.1.2.4" Both
        "With CleanSession 0 both sides pick up the stored session of that client identifier, or start one where there is none, and keep it after the disconnection."
    MQTT_3_1_2_5 "MQTT-3.1.2-5" "3.1.2.4" Server
        "While a client with a kept session is away, the server stores the QoS 1 and QoS 2 messages that match its subscriptions."
    MQTT_3_1_2_6 "MQTT-3.1.2-6" "3.1.2.4" Both
        "With CleanSession 1 any earlier session is thrown away and the new one lives only as long as the connection, its state never being used again."
    MQTT_3_1_2_7 "MQTT-3.1.2-7" "3.1.2.4" Server
        "Retained messages are not part of a session and stay when a session ends."
    MQTT_3_1_2_8 "MQTT-3.1.2-8" "3.1.2.5" Server
        "A will accepted at CONNECT is kept with the connection and published when that connection ends, unless a DISCONNECT removed it before."
    MQTT_3_1_2_9 "MQTT-3.1.2-9" "3.1.2.5" Codec
        "With the will flag set, will QoS and will retain count, and both the will topic and the will message stand in the payload."
    MQTT_3_1_2_10 "MQTT-3.1.2-10" "3.1.2.5" Server
        "A will is removed from the session once it has been published or once a DISCONNECT arrived."
    MQTT_3_1_2_11 "MQTT-3.1.2-11" "3.1.2.5" Codec
        "With the will flag clear, the will QoS and will retain bits are zero and the payload holds neither will topic nor will message."
    MQTT_3_1_2_12 "MQTT-3.1.2-12" "3.1.2.5" Server
        "With the will flag clear, no will is published when the connection ends."
    MQTT_3_1_2_13 "MQTT-3.1.2-13" "3.1.2.6" Codec
        "Will QoS is 0 when the will flag is 0."
    MQTT_3_1_2_14 "MQTT-3.1.2-14" "3.1.2.6" Codec
        "With a will, will QoS is 0, 1 or 2 and never 3."
    MQTT_3_1_2_15 "MQTT-3.1.2-15" "3.1.2.7" Codec
        "Will retain is 0 when the will flag is 0."
    MQTT_3_1_2_16 "MQTT-3.1.2-16" "3.1.2.7" Server
        "A will with will retain 0 is published as a normal message."
    MQTT_3_1_2_17 "MQTT-3.1.2-17" "3.1.2.7" Server
        "A will with will retain 1 is published as a retained message."
    MQTT_3_1_2_18 "MQTT-3.1.2-18" "3.1.2.8" Codec
        "With the user name flag clear, the payload has no user name."
    MQTT_3_1_2_19 "MQTT-3.1.2-19" "3.1.2.8" Codec
        "With the user name flag set, the payload has a user name."
    MQTT_3_1_2_20 "MQTT-3.1.2-20" "3.1.2.9" Codec
        "With the password flag clear, the payload has no password."
    MQTT_3_1_2_21 "MQTT-3.1.2-21" "3.1.2.9" Codec
        "With the password flag set, the payload has a password."
    MQTT_3_1_2_22 "MQTT-3.1.2-22" "3.1.2.9" Codec
        "The password flag is 0 whenever the user name flag is 0."
    MQTT_3_1_2_23 "MQTT-3.1.2-23" "3.1.2.10" Client
        "A client never stays silent longer than its keep alive, sending PINGREQ when it has nothing else to say."
    MQTT_3_1_2_24 "MQTT-3.1.2-24" "3.1.2.10" Server
        "With a keep alive above 0, one and a half times that period without any packet makes the server drop the client as if the network had failed."
    MQTT_3_1_3_1 "MQTT-3.1.3-1" "3.1.3" Codec
        "What the flags announce follows in a fixed order: client identifier first, then will topic and will message, then user name, and the password last."
    MQTT_3_1_3_2 "MQTT-3.1.3-2" "3.1.3.1" Both
        "Both sides look up the session state they hold by the client identifier."
    MQTT_3_1_3_3 "MQTT-3.1.3-3" "3.1.3.1" Codec
        "The client identifier is always there and is the first field of the payload."
    MQTT_3_1_3_4 "MQTT-3.1.3-4" "3.1.3.1" Codec
        "The client identifier is a valid UTF-8 string."
    MQTT_3_1_3_5 "MQTT-3.1.3-5" "3.1.3.1" Server
        "The server accepts every client identifier of 1 to 23 bytes made of ASCII digits and letters."
    MQTT_3_1_3_6 "MQTT-3.1.3-6" "3.1.3.1" Server
        "A server that lets a client leave the identifier empty gives it a unique one and goes on as if the client had sent that."
    MQTT_3_1_3_7 "MQTT-3.1.3-7" "3.1.3.1" Client
        "A client that sends an empty identifier sets CleanSession to 1."
    MQTT_3_1_3_8 "MQTT-3.1.3-8" "3.1.3.1" Server
        "An empty identifier with CleanSession 0 is answered with CONNACK code 0x02 and a close."
    MQTT_3_1_3_9 "MQTT-3.1.3-9" "3.1.3.1" Server
        "A server that refuses a client identifier answers CONNACK code 0x02 and closes."
    MQTT_3_1_3_10 "MQTT-3.1.3-10" "3.1.3.2" Codec
        "The will topic is a valid UTF-8 string."
    MQTT_3_1_3_11 "MQTT-3.1.3-11" "3.1.3.4" Codec
        "The user name is a valid UTF-8 string."
    MQTT_3_1_4_1 "MQTT-3.1.4-1" "3.1.4" Server
        "The server checks the whole CONNECT against its format and closes without any CONNACK if it does not fit."
    MQTT_3_1_4_2 "MQTT-3.1.4-2" "3.1.4" Server
        "When a client identifier is already connected, the earlier client is disconnected."
    MQTT_3_1_4_3 "MQTT-3.1.4-3" "3.1.4" Server
        "After a valid CONNECT the server carries out the CleanSession rules."
    MQTT_3_1_4_4 "MQTT-3.1.4-4" "3.1.4" Server
        "After a valid CONNECT the server answers CONNACK with return code 0."
    MQTT_3_1_4_5 "MQTT-3.1.4-5" "3.1.4" Server
        "Once it refuses a CONNECT, the server ignores everything the client sent behind it."
    MQTT_3_2_0_1 "MQTT-3.2.0-1" "3.2" Server
        "The first packet a server sends is CONNACK."
    MQTT_3_2_2_1 "MQTT-3.2.2-1" "3.2.2.2" Server
        "Accepting CleanSession 1 means Session Present 0."
    MQTT_3_2_2_2 "MQTT-3.2.2-2" "3.2.2.2" Server
        "Accepting CleanSession 0 with stored state for that client means Session Present 1."
    MQTT_3_2_2_3 "MQTT-3.2.2-3" "3.2.2.2" Server
        "Accepting a client without stored state means Session Present 0."
    MQTT_3_2_2_4 "MQTT-3.2.2-4" "3.2.2.2" Server
        "Session Present is 0 in every CONNACK whose return code is not 0."
    MQTT_3_2_2_5 "MQTT-3.2.2-5" "3.2.2.3" Server
        "After a CONNACK with a return code other than 0 the server closes the connection."
    MQTT_3_2_2_6 "MQTT-3.2.2-6" "3.2.2.3" Server
        "Where no return code fits the reason, the server closes without a CONNACK."
    MQTT_3_3_1_1 "MQTT-3.3.1-1" "3.3.1.1" Both
        "A PUBLISH that is sent again has DUP set."
    MQTT_3_3_1_2 "MQTT-3.3.1-2" "3.3.1.1" Both
        "DUP is 0 in every QoS 0 PUBLISH."
    MQTT_3_3_1_3 "MQTT-3.3.1-3" "3.3.1.1" Server
        "DUP of an outgoing PUBLISH tells only whether that very packet is a repeat, whatever DUP was on the way in."
    MQTT_3_3_1_4 "MQTT-3.3.1-4" "3.3.1.2" Codec
        "The two QoS bits are never both 1, and a receiver of such a PUBLISH closes the connection."
    MQTT_3_3_1_5 "MQTT-3.3.1-5" "3.3.1.3" Server
        "A PUBLISH with RETAIN 1 from a client is stored with its QoS for later subscribers of matching filters."
    MQTT_3_3_1_6 "MQTT-3.3.1-6" "3.3.1.3" Server
        "A new subscription gets the last retained message of every topic it matches."
    MQTT_3_3_1_7 "MQTT-3.3.1-7" "3.3.1.3" Server
        "A retained QoS 0 message pushes out the one kept before on that topic; the new one should be kept but may be dropped at any time."
    MQTT_3_3_1_8 "MQTT-3.3.1-8" "3.3.1.3" Server
        "Messages sent because of a new subscription have RETAIN 1."
    MQTT_3_3_1_9 "MQTT-3.3.1-9" "3.3.1.3" Server
        "Messages sent because of a subscription that already stood have RETAIN 0, however they were published."
    MQTT_3_3_1_10 "MQTT-3.3.1-10" "3.3.1.3" Server
        "A retained PUBLISH with an empty payload is forwarded like any other and also deletes the retained message of its topic."
    MQTT_3_3_1_11 "MQTT-3.3.1-11" "3.3.1.3" Server
        "An empty retained message is never stored."
    MQTT_3_3_1_12 "MQTT-3.3.1-12" "3.3.1.3" Server
        "A PUBLISH with RETAIN 0 neither becomes a retained message nor touches the one that is stored."
    MQTT_3_3_2_1 "MQTT-3.3.2-1" "3.3.2.1" Codec
        "The topic name is the first field after the fixed header of a PUBLISH and is valid UTF-8."
    MQTT_3_3_2_2 "MQTT-3.3.2-2" "3.3.2.1" Codec
        "The topic name of a PUBLISH has no wildcard characters."
    MQTT_3_3_2_3 "MQTT-3.3.2-3" "3.3.2.1" Server
        "The topic name of a delivery matches the filter of the subscription it serves."
    MQTT_3_3_4_1 "MQTT-3.3.4-1" "3.3.4" Both
        "A PUBLISH is answered as its QoS asks: nothing for 0, PUBACK for 1, PUBREC for 2."
    MQTT_3_3_5_1 "MQTT-3.3.5-1" "3.3.5" Server
        "When several filters of one client match, the message is delivered at the highest QoS among them (further copies for the others are allowed)."
    MQTT_3_3_5_2 "MQTT-3.3.5-2" "3.3.5" Server
        "An unauthorised PUBLISH is either acknowledged as usual or answered by closing the connection, as there is no negative reply."
    MQTT_3_6_1_1 "MQTT-3.6.1-1" "3.6.1" Codec
        "The low four bits of PUBREL are 0010, and the server treats anything else as malformed and closes."
    MQTT_3_8_1_1 "MQTT-3.8.1-1" "3.8.1" Codec
        "The low four bits of SUBSCRIBE are 0010, and the server treats anything else as malformed and closes."
    MQTT_3_8_3_1 "MQTT-3.8.3-1" "3.8.3" Codec
        "The filters of a SUBSCRIBE are valid UTF-8 strings."
    MQTT_3_8_3_2 "MQTT-3.8.3-2" "3.8.3" Server
        "A server without wildcard support refuses every subscription whose filter has a wildcard."
    MQTT_3_8_3_3 "MQTT-3.8.3-3" "3.8.3" Codec
        "A SUBSCRIBE holds at least one filter with its QoS; an empty one is a protocol violation."
    MQTT_3_8_3_4 "MQTT-3.8.3-4" "3.8.3" Server
        "A requested-QoS byte with any of its six upper bits set, or with QoS 3, makes the SUBSCRIBE malformed and the connection is closed."
    MQTT_3_8_4_1 "MQTT-3.8.4-1" "3.8.4" Server
        "Each SUBSCRIBE is answered with a SUBACK."
    MQTT_3_8_4_2 "MQTT-3.8.4-2" "3.8.4" Server
        "The SUBACK repeats the packet identifier of its SUBSCRIBE."
    MQTT_3_8_4_3 "MQTT-3.8.4-3" "3.8.4" Server
        "A filter equal to one already subscribed replaces the old subscription, re-sends matching retained messages and does not interrupt the flow."
    MQTT_3_8_4_4 "MQTT-3.8.4-4" "3.8.4" Server
        "Several filters in one SUBSCRIBE count as several SUBSCRIBEs in a row, answered by a single SUBACK."
    MQTT_3_8_4_5 "MQTT-3.8.4-5" "3.8.4" Server
        "The SUBACK has one code per filter, which gives either the QoS granted or a failure."
    MQTT_3_8_4_6 "MQTT-3.8.4-6" "3.8.4" Server
        "A delivery has the lower of the published QoS and the granted QoS."
    MQTT_3_9_3_1 "MQTT-3.9.3-1" "3.9.3" Server
        "SUBACK codes come in the order of the filters in the request."
    MQTT_3_9_3_2 "MQTT-3.9.3-2" "3.9.3" Server
        "The only SUBACK codes are 0x00, 0x01, 0x02 and 0x80."
    MQTT_3_10_1_1 "MQTT-3.10.1-1" "3.10.1" Codec
        "The low four bits of UNSUBSCRIBE are 0010, and the server treats anything else as malformed and closes."
    MQTT_3_10_3_1 "MQTT-3.10.3-1" "3.10.3" Codec
        "The filters of an UNSUBSCRIBE are valid UTF-8 strings set one behind the other."
    MQTT_3_10_3_2 "MQTT-3.10.3-2" "3.10.3" Codec
        "An UNSUBSCRIBE holds at least one filter; an empty one is a protocol violation."
    MQTT_3_10_4_1 "MQTT-3.10.4-1" "3.10.4" Server
        "Filters to remove are compared with the stored ones character by character, and only an exact match is deleted."
    MQTT_3_10_4_2 "MQTT-3.10.4-2" "3.10.4" Server
        "Once a subscription is deleted, no new message is added for it."
    MQTT_3_10_4_3 "MQTT-3.10.4-3" "3.10.4" Server
        "QoS 1 and QoS 2 deliveries already begun for a deleted subscription are still completed."
    MQTT_3_10_4_4 "MQTT-3.10.4-4" "3.10.4" Server
        "Each UNSUBSCRIBE is answered with an UNSUBACK that has the same packet identifier."
    MQTT_3_10_4_5 "MQTT-3.10.4-5" "3.10.4" Server
        "The UNSUBACK comes even when nothing was deleted."
    MQTT_3_10_4_6 "MQTT-3.10.4-6" "3.10.4" Server
        "Several filters in one UNSUBSCRIBE count as several UNSUBSCRIBEs in a row, answered by a single UNSUBACK."
    MQTT_3_12_4_1 "MQTT-3.12.4-1" "3.12.4" Server
        "PINGREQ is answered with PINGRESP."
    MQTT_3_14_1_1 "MQTT-3.14.1-1" "3.14.1" Server
        "The server checks the reserved bits of DISCONNECT and drops the client if one is set."
    MQTT_3_14_4_1 "MQTT-3.14.4-1" "3.14.4" Client
        "After a DISCONNECT the client closes the connection."
    MQTT_3_14_4_2 "MQTT-3.14.4-2" "3.14.4" Client
        "After a DISCONNECT the client sends nothing more on that connection."
    MQTT_3_14_4_3 "MQTT-3.14.4-3" "3.14.4" Server
        "On DISCONNECT the server drops the will of that connection without publishing it."
    MQTT_4_1_0_1 "MQTT-4.1.0-1" "4.1" Both
        "Each side keeps the session state for as long as the session lasts."
    MQTT_4_1_0_2 "MQTT-4.1.0-2" "4.1" Both
        "A session lasts at least as long as its connection."
    MQTT_4_3_1_1 "MQTT-4.3.1-1" "4.3.1" Both
        "A QoS 0 message goes out in a PUBLISH with QoS 0 and DUP 0."
    MQTT_4_3_2_1 "MQTT-4.3.2-1" "4.3.2" Both
        "A QoS 1 sender takes a free identifier, sends PUBLISH with QoS 1 and DUP 0, and counts it as unacknowledged until the PUBACK comes."
    MQTT_4_3_2_2 "MQTT-4.3.2-2" "4.3.2" Both
        "A QoS 1 receiver answers with a PUBACK of the same identifier once it owns the message, and from then on takes that identifier as a new message whatever DUP says."
    MQTT_4_3_3_1 "MQTT-4.3.3-1" "4.3.3" Both
        "A QoS 2 sender takes a free identifier, sends PUBLISH with QoS 2 and DUP 0, answers PUBREC with PUBREL of the same identifier, counts PUBLISH and then PUBREL as unacknowledged until PUBREC and PUBCOMP come, and never repeats the PUBLISH after the PUBREL."
    MQTT_4_3_3_2 "MQTT-4.3.3-2" "4.3.3" Both
        "A QoS 2 receiver answers PUBREC, answers repeats of the identifier with PUBREC again but without passing the message on twice, answers PUBREL with PUBCOMP, and after that takes the identifier as new."
    MQTT_4_4_0_1 "MQTT-4.4.0-1" "4.4" Both
        "When a client comes back with CleanSession 0, both sides send again each unacknowledged PUBLISH above QoS 0 and each PUBREL, with the identifiers they had."
    MQTT_4_5_0_1 "MQTT-4.5.0-1" "4.5" Server
        "A message the server took over is added to the session of every client with a matching subscription."
    MQTT_4_5_0_2 "MQTT-4.5.0-2" "4.5" Client
        "A client acknowledges each PUBLISH as its QoS asks, whether or not the application uses the message."
    MQTT_4_6_0_1 "MQTT-4.6.0-1" "4.6" Client
        "PUBLISH packets sent again keep the order in which they were first sent, for QoS 1 and QoS 2."
    MQTT_4_6_0_2 "MQTT-4.6.0-2" "4.6" Client
        "PUBACKs go out in the order in which the QoS 1 PUBLISH packets came in."
    MQTT_4_6_0_3 "MQTT-4.6.0-3" "4.6" Client
        "PUBRECs go out in the order in which the QoS 2 PUBLISH packets came in."
    MQTT_4_6_0_4 "MQTT-4.6.0-4" "4.6" Client
        "PUBRELs go out in the order in which the PUBRECs came in."
    MQTT_4_6_0_5 "MQTT-4.6.0-5" "4.6" Server
        "Unless told otherwise by its administrator, a server treats every topic as ordered."
    MQTT_4_6_0_6 "MQTT-4.6.0-6" "4.6" Server
        "On an ordered topic the server keeps the rules above towards each subscriber and passes on messages of one topic and QoS in the order a given client sent them."
    MQTT_4_7_1_1 "MQTT-4.7.1-1" "4.7.1" Codec
        "The wildcard characters may stand in filters but never in topic names."
    MQTT_4_7_1_2 "MQTT-4.7.1-2" "4.7.1.2" Codec
        "The # wildcard stands alone or right after \"/\" and is the last character of the filter."
    MQTT_4_7_1_3 "MQTT-4.7.1-3" "4.7.1.3" Codec
        "The + wildcard takes up a whole level of the filter, at any level."
    MQTT_4_7_2_1 "MQTT-4.7.2-1" "4.7.2" Server
        "A filter that begins with a wildcard matches no topic that begins with \"$\"."
    MQTT_4_7_3_1 "MQTT-4.7.3-1" "4.7.3" Codec
        "Topic names and filters have at least one character."
    MQTT_4_7_3_2 "MQTT-4.7.3-2" "4.7.3" Codec
        "Topic names and filters do not hold U+0000."
    MQTT_4_7_3_3 "MQTT-4.7.3-3" "4.7.3" Codec
        "Topic names and filters take at most 65535 bytes in UTF-8."
    MQTT_4_7_3_4 "MQTT-4.7.3-4" "4.7.3" Server
        "Matching neither normalises names and filters nor changes characters it does not know."
    MQTT_4_8_0_1 "MQTT-4.8.0-1" "4.8" Both
        "Unless a rule says otherwise, a protocol violation makes the side that notices it close that connection."
    MQTT_4_8_0_2 "MQTT-4.8.0-2" "4.8" Both
        "A passing failure while an incoming packet is handled (a full buffer, say) makes that side close the connection."
    MQTT_6_0_0_1 "MQTT-6.0.0-1" "6" Both
        "Over WebSocket, MQTT travels in binary frames, and any other data frame makes the receiver close."
    MQTT_6_0_0_2 "MQTT-6.0.0-2" "6" Both
        "A WebSocket frame may hold several packets or part of one, so a receiver takes frame borders as meaningless."
    MQTT_6_0_0_3 "MQTT-6.0.0-3" "6" Client
        "A client offers \"mqtt\" among its WebSocket subprotocols."
    MQTT_6_0_0_4 "MQTT-6.0.0-4" "6" Server
        "The WebSocket subprotocol the server picks is \"mqtt\"."
    MQTT_7_0_0_1 "MQTT-7.0.0-1" "7" Server
        "A server that also opens connections to other servers conforms both as server and as client."
    MQTT_7_0_0_2 "MQTT-7.0.0-2" "7" Both
        "An implementation works with any other one without needing extensions from outside the standard."
    MQTT_7_1_1_1 "MQTT-7.1.1-1" "7.1.1" Server
        "A server supports at least one transport that gives an ordered, lossless byte stream both ways."
    MQTT_7_1_2_1 "MQTT-7.1.2-1" "7.1.2" Client
        "A client supports at least one transport that gives an ordered, lossless byte stream both ways."
}
