with

unioned as (

    {{ touch_rows(ref('int_wechat_touches')) }}
    union all
    {{
        touch_rows(
            ref('int_wecom_friendships'),
            stated={'namespace': "'wecom_external_userid'"},
            missing=['subject', 'body_text', 'rating', 'record_id']
        )
    }}
    union all
    {{
        touch_rows(
            ref('int_wecom_memberships'),
            stated={'namespace': "'wecom_external_userid'"},
            missing=['body_text', 'rating', 'record_id']
        )
    }}
    union all
    {{
        touch_rows(
            ref('int_wecom_messages'),
            stated={'namespace': "'wecom_external_userid'"},
            missing=['subject', 'rating', 'record_id']
        )
    }}
    union all
    {{ touch_rows(ref('int_feedback_touches'), missing=['event_name']) }}
    union all
    {{ touch_rows(ref('int_answer_touches'), missing=['event_name']) }}
    union all
    {{
        touch_rows(
            ref('int_referral_touches'),
            stated={'is_engagement': 'true'},
            missing=['event_name', 'body_text', 'rating', 'record_id']
        )
    }}

),

final as (

    select * from unioned
    where occurred_at is not null

)

select * from final
